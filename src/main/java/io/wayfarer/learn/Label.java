package io.wayfarer.learn;

import io.wayfarer.ingest.Event;
import io.wayfarer.profile.Customer;
import io.wayfarer.profile.Metric;
import io.wayfarer.profile.Stage;
import io.wayfarer.score.ModelCard;
import io.wayfarer.score.Scores;
import io.wayfarer.store.RuleText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What a model learns to foresee; {@code rules/labels.txt} says which there are, and its form.
 *
 * @param name of the score
 * @param what of this kind may happen
 * @param of the event's name, or null
 * @param metric that is summed up, or null
 * @param within what comes later does not count
 */
record Label(String name, What what, String of, Metric metric, Duration within) {

    private static final String FILE = "labels.txt";
    private static final int MAX_DAYS = 365;
    private static final Pattern LINE = Pattern.compile("([^:]*):\\s*(.*?)\\s*,\\s*within\\s+(.*?)\\s*");
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,30}");
    private static final Pattern DAYS = Pattern.compile("([1-9]\\d{0,2})d");

    /** Kinds of what may happen. */
    enum What {
        LATER_STAGE,
        EVENT,
        SILENCE,
        SUM
    }

    /** Whether it is a yes or no, and not a number. */
    boolean binary() {
        return what != What.SUM;
    }

    /** The answer at the moment itself, when nothing has come after it: 1 for yes, 0 for no or for nothing. */
    double atFirst() {
        return what == What.SILENCE ? 1 : 0;
    }

    /**
     * The answer after one more event within the time.
     *
     * @param before the answer until then
     * @param then the customer at the moment
     * @param now the customer after the event
     */
    double after(double before, Customer then, Customer now, Event event) {
        return switch (what) {
            case LATER_STAGE -> before == 1 || then.stage().isBefore(now.stage()) ? 1 : 0;
            case EVENT -> before == 1 || event.name().equals(of) ? 1 : 0;
            case SILENCE -> 0;
            case SUM ->
                (now.features().lifetime(metric) - then.features().lifetime(metric))
                        / (metric == Metric.REVENUE ? 100.0 : 1);
        };
    }

    /** The questions that are asked for it. */
    List<Question> questions(int place) {
        if (what != What.LATER_STAGE) {
            return List.of(new Question(name, this, place, sample -> true));
        }
        var questions = new ArrayList<Question>();
        for (var stage : Stage.values()) {
            if (stage.isBefore(Stage.AFTER_SALES)) {
                questions.add(new Question(ModelCard.nextStage(stage), this, place, sample -> sample.stage() == stage));
            }
        }
        return questions;
    }

    /**
     * Those of the folder of the rules, or where it has none, those that come with the product.
     *
     * @param horizon what the file calls so
     * @throws IllegalArgumentException naming the file and the line that cannot be used
     */
    static List<Label> all(String rulesDir, Duration horizon) {
        return parse(RuleText.of(rulesDir, FILE), horizon);
    }

    static List<Label> parse(String text, Duration horizon) {
        var labels = new ArrayList<Label>();
        var number = 0;
        for (var line : text.lines().toList()) {
            number++;
            if (!line.isBlank() && !line.startsWith("#")) {
                try {
                    var label = of(line, horizon);
                    if (labels.stream().anyMatch(other -> other.name().equals(label.name()))) {
                        throw new IllegalArgumentException("there is a " + label.name() + " already");
                    }
                    labels.add(label);
                } catch (IllegalArgumentException e) {
                    throw new IllegalArgumentException(FILE + ", line " + number + ": " + e.getMessage(), e);
                }
            }
        }
        for (var name : List.of(Scores.NEXT_STAGE, Scores.BUY)) {
            if (labels.stream()
                    .noneMatch(
                            label -> label.name().equals(name) && label.within().equals(horizon))) {
                throw new IllegalArgumentException(FILE + ": " + name + ", within the horizon, is missing");
            }
        }
        return List.copyOf(labels);
    }

    private static Label of(String line, Duration horizon) {
        var parts = LINE.matcher(line);
        if (!parts.matches()) {
            throw new IllegalArgumentException("it is not of the form \"name: what may happen, within 30d\"");
        }
        var name = parts.group(1).strip();
        if (!NAME.matcher(name).matches() || name.equals(ModelCard.CHAIN) || name.equals(Scores.SENTIMENT)) {
            throw new IllegalArgumentException("\"" + name + "\" is no name for a score: up to 31 small letters,"
                    + " digits and hyphens, and none that is taken");
        }
        var what = parts.group(2);
        var within = within(parts.group(3), horizon);
        if (what.equals("a later stage") == name.equals(Scores.NEXT_STAGE)) {
            if (what.equals("a later stage")) {
                return new Label(name, What.LATER_STAGE, null, null, within);
            } else if (what.equals("silence")) {
                return new Label(name, What.SILENCE, null, null, within);
            } else if (what.startsWith("event ")) {
                return new Label(name, What.EVENT, what.substring(6).strip(), null, within);
            } else if (what.startsWith("sum of ")) {
                return new Label(name, What.SUM, null, metric(what.substring(7).strip()), within);
            }
        }
        throw new IllegalArgumentException("\"" + what + "\" cannot be foreseen as " + name + ": \"a later stage\" for "
                + Scores.NEXT_STAGE + ", and \"event <name>\", \"silence\" or \"sum of <metric>\" for the others");
    }

    private static Metric metric(String name) {
        for (var metric : Metric.values()) {
            if (metric.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(name)) {
                return metric;
            }
        }
        throw new IllegalArgumentException("there is no metric \"" + name + "\"");
    }

    private static Duration within(String time, Duration horizon) {
        var days = DAYS.matcher(time);
        if (time.equals("the horizon")) {
            return horizon;
        }
        if (!days.matches() || Integer.parseInt(days.group(1)) > MAX_DAYS) {
            throw new IllegalArgumentException(
                    "\"" + time + "\" is no time: a number of days up to " + MAX_DAYS + ", as 30d, or \"the horizon\"");
        }
        return Duration.ofDays(Integer.parseInt(days.group(1)));
    }
}
