package io.wayfarer.console;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import io.wayfarer.act.ChannelStatus;
import io.wayfarer.act.Outbox;
import io.wayfarer.console.OperationLog.Why;
import io.wayfarer.console.Problems.NotFound;
import java.security.Principal;
import java.util.List;
import java.util.function.Consumer;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/channels")
@Tag(name = "Channels", description = "The ways out that are set up")
class ChannelsApi {

    private final Outbox outbox;
    private final OperationLog log;

    ChannelsApi(Outbox outbox, OperationLog log) {
        this.outbox = outbox;
        this.log = log;
    }

    @GetMapping
    @Operation(summary = "All channels, by name")
    List<ChannelStatus> list() {
        return outbox.channels();
    }

    @PostMapping("/{name}/open")
    @Operation(summary = "Sends again by a channel, whoever closed, paused, drained or held it")
    ChannelStatus open(@PathVariable String name, @RequestBody Why why, Principal user) {
        return deed(name, "open", why, user, reason -> outbox.open(name));
    }

    @PostMapping("/{name}/drain")
    @Operation(
            summary = "Queues nothing new for a channel; what is queued goes out",
            description =
                    "New marketing is dropped with the reason; what is transactional is a failure, so that it can be"
                            + " sent when the channel is open again")
    ChannelStatus drain(@PathVariable String name, @RequestBody Why why, Principal user) {
        return deed(name, "drain", why, user, reason -> outbox.drain(name, user.getName(), reason));
    }

    @PostMapping("/{name}/hold")
    @Operation(summary = "Sends nothing by a channel; what is queued waits until it is opened")
    ChannelStatus hold(@PathVariable String name, @RequestBody Why why, Principal user) {
        return deed(name, "hold", why, user, reason -> outbox.hold(name, user.getName(), reason));
    }

    private ChannelStatus deed(String name, String action, Why why, Principal user, Consumer<String> deed) {
        var reason = OperationLog.reason(why.reason());
        existing(name);
        log.keep(user.getName(), action, "channel:" + name, reason, () -> {
            deed.accept(reason);
            return "done";
        });
        return existing(name);
    }

    private ChannelStatus existing(String name) {
        return list().stream()
                .filter(channel -> channel.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new NotFound("channel"));
    }
}
