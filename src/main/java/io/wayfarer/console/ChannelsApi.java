package io.wayfarer.console;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import io.wayfarer.act.ChannelStatus;
import io.wayfarer.act.Outbox;
import io.wayfarer.console.Problems.NotFound;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/channels")
@Tag(name = "Channels", description = "The ways out that are set up")
class ChannelsApi {

    private final Outbox outbox;

    ChannelsApi(Outbox outbox) {
        this.outbox = outbox;
    }

    @GetMapping
    @Operation(summary = "All channels, by name")
    List<ChannelStatus> list() {
        return outbox.channels();
    }

    @PostMapping("/{name}/open")
    @Operation(summary = "Sends again by a channel that its receiver closed or paused")
    ChannelStatus open(@PathVariable String name) {
        outbox.open(name);
        return list().stream()
                .filter(channel -> channel.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new NotFound("channel"));
    }
}
