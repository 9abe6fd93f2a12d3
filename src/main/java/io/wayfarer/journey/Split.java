package io.wayfarer.journey;

import io.wayfarer.decide.Decision;
import io.wayfarer.decide.Decisions;
import io.wayfarer.decide.Releases;
import io.wayfarer.time.TimeOrderedId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/**
 * A step that parts customers for an experiment. Its input parameters are {@code experiment}, a name, and {@code arms} with
 * their shares in percent, such as {@code letter:80,control:20}. The arm of a customer follows from their id and the
 * experiment's name alone, so that they are in the same one whenever they come by, and in another experiment in any. It is
 * in the variable {@code arm} for the gateway behind it, and kept as a decision, {@code arm:<experiment>/<arm>}: who was in
 * which arm from when on is what a lift is measured by.
 */
@Component
class Split implements JavaDelegate {

    private static final Pattern ARM = Pattern.compile("([a-z][a-z0-9-]{0,39}):([1-9][0-9]?)");

    private final Decisions decisions;
    private final Releases releases;
    private final Clock clock;

    Split(Decisions decisions, Releases releases, Clock clock) {
        this.decisions = decisions;
        this.releases = releases;
        this.clock = clock;
    }

    @Override
    public void execute(DelegateExecution step) {
        var experiment = Variables.parameter(step, "experiment");
        var arms = arms(Variables.parameter(step, "arms"));
        var customer = Variables.customer(step);
        var arm = arm(experiment, customer, arms);
        var process = step.getProcessDefinitionId().split(":", 2)[0];
        var now = clock.instant();
        decisions.keep(List.of(new Decision(
                TimeOrderedId.at(now),
                customer,
                null,
                now,
                "arm:" + experiment + "/" + arm,
                process + ".bpmn: " + step.getCurrentActivityId(),
                "In the arm " + arm + " of the experiment " + experiment + ", which has " + arms.get(arm) + " of 100",
                releases.live().id(),
                Map.of(),
                Map.of("experiment", experiment, "arm", arm, "share", arms.get(arm), "process", process))));
        step.getProcessInstance().setVariable(Variables.ARM, arm);
    }

    /**
     * The share of each arm, in percent, in the order of the text.
     *
     * @throws IllegalArgumentException when it is not {@code name:share,name:share}, or the shares do not make 100
     */
    static Map<String, Integer> arms(String text) {
        var arms = new LinkedHashMap<String, Integer>();
        for (var part : text.split(",", -1)) {
            var arm = ARM.matcher(part);
            if (!arm.matches() || arms.put(arm.group(1), Integer.valueOf(arm.group(2))) != null) {
                throw new IllegalArgumentException("arms must be names with shares, such as letter:80,control:20");
            }
        }
        if (arms.values().stream().mapToInt(Integer::intValue).sum() != 100) {
            throw new IllegalArgumentException("the shares of the arms must make 100");
        }
        return arms;
    }

    /** The arm in whose share the hash of both names falls. */
    static String arm(String experiment, UUID customer, Map<String, Integer> arms) {
        var drawn = percent(experiment + "\n" + customer);
        var sum = 0;
        for (var arm : arms.entrySet()) {
            sum += arm.getValue();
            if (drawn < sum) {
                return arm.getKey();
            }
        }
        throw new IllegalArgumentException("the shares of the arms must make 100");
    }

    /** From 0 to below 100, evenly over all texts. */
    private static double percent(String text) {
        try {
            var hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return Integer.toUnsignedLong(ByteBuffer.wrap(hash).getInt()) * 100.0 / 0x1p32;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
