package io.wayfarer.learn;

import io.wayfarer.learn.judge.Card;
import io.wayfarer.learn.judge.CardFiles;
import io.wayfarer.learn.judge.Interval;
import io.wayfarer.learn.model.Costs;
import io.wayfarer.learn.table.Example;
import io.wayfarer.learn.table.TableRefused;
import io.wayfarer.learn.table.TableTraining;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The command {@code train}: from a CSV file to a model's card, without a server or a database. */
public final class TrainCommand {

    private static final String USAGE =
            """
            train --data customers.csv --label purchase   learn to predict a column, and write a card of how well it went

              --out folder       where to; beside the data when not given
              --positive value   which value of the label is a yes; found when not given
              --time column      hold out the latest fifth by this column, and not a random fifth
              --costs fp:fn      what acting for nothing and missing one cost; 1:5 when not given
              --against column   show predictions against this column of numbers; age, or the most important one

            train --example customer_data.csv             write a made-up table to try it on
            """;

    private static final List<String> NEEDED = List.of("--data", "--label");
    private static final List<String> OPTIONS =
            List.of("--data", "--label", "--out", "--positive", "--time", "--costs", "--against", "--example");

    /** Warns twice that no native algebra is installed, which nothing here uses. Kept, or the setting is forgotten. */
    private static final Logger ALGEBRA = Logger.getLogger("com.github.fommil.netlib");

    private final PrintStream out;
    private final PrintStream errors;
    private final Clock clock;

    TrainCommand(PrintStream out, PrintStream errors, Clock clock) {
        this.out = out;
        this.errors = errors;
        this.clock = clock;
    }

    /**
     * Runs it, and says on the standard output how it went.
     *
     * @param args without the name of the command
     * @return what the program exits with: 0 when it is done, 2 when it cannot be, with the reason on the error output
     */
    public static int run(String... args) {
        ALGEBRA.setLevel(Level.OFF);
        return new TrainCommand(System.out, System.err, Clock.systemUTC()).execute(args);
    }

    int execute(String... args) {
        try {
            if (args.length == 0 || Arguments.askForHelp(args)) {
                out.print(USAGE);
                return 0;
            }
            var options = Arguments.of(USAGE, OPTIONS, args);
            if (options.has("--example")) {
                Example.write(Arguments.path(options.get("--example")));
                out.println("Wrote " + options.get("--example") + ". Now: train --data " + options.get("--example")
                        + " --label purchase");
            } else {
                train(options.requiring(USAGE, NEEDED));
            }
            return 0;
        } catch (TableRefused | IllegalArgumentException e) {
            return refuse(e.getMessage());
        } catch (FileAlreadyExistsException e) {
            return refuse(e.getFile() + " is there already");
        } catch (IOException e) {
            return refuse("cannot read or write " + e.getMessage());
        } catch (OutOfMemoryError e) {
            return refuse("the table does not fit into memory: give more with -Xmx, or fewer rows");
        }
    }

    private int refuse(String reason) {
        errors.println(reason);
        return 2;
    }

    private void train(Arguments options) throws IOException {
        var wish = new TableTraining.Wish(
                options.get("--label"),
                options.get("--positive"),
                options.get("--time"),
                options.get("--against"),
                costs(options.get("--costs")));
        var data = Arguments.path(options.get("--data"));
        var folder = options.has("--out") ? Arguments.path(options.get("--out")) : beside(data, wish.label());
        var card = TableTraining.train(
                data,
                wish,
                clock.instant(),
                (step, done) -> errors.println(String.format(Locale.ROOT, "%3.0f %% %s", 100 * done, step)));
        CardFiles.write(folder, card);
        print(card);
        out.println("Card: " + folder.resolve("card.html"));
    }

    private static Path beside(Path data, String label) {
        var name = data.getFileName().toString().replaceFirst("\\.[^.]*$", "");
        return data.resolveSibling(name + "-" + label.replaceAll("[^\\p{L}\\d_-]+", "_"));
    }

    private static Costs costs(String text) {
        if (text == null) {
            return null;
        }
        var both = text.split(":");
        try {
            if (both.length == 2) {
                return new Costs(Double.parseDouble(both[0]), Double.parseDouble(both[1]));
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException("--costs takes two numbers above 0, as 1:5");
    }

    private void print(Card card) {
        var source = card.source();
        say(
                "%s: %,d rows, %d columns; %,d rows to learn from (%s)",
                source.name(), source.rows(), source.columns(), source.trainingRows(), card.split());
        if (source.withoutLabel() > 0) {
            say("%,d rows have no label, and were left out", source.withoutLabel());
        }
        if (source.repeated() > 0) {
            say("%,d rows are the same as an earlier one", source.repeated());
        }
        say(
                card.binary() ? "%s = %s in %.1f %% of them" : "%s%s: %.4g in the mean",
                card.label(),
                card.binary() ? card.positive() : "",
                card.binary() ? 100 * source.share() : source.share());
        say("");
        for (var left : card.leftOut()) {
            say("left out: %s: %s", left.column(), left.reason());
        }
        for (var warning : card.warnings()) {
            say("WARNING: %s", warning.en());
        }
        say("");
        say("%-18s %10s %10s %8s %8s", "candidate", card.binary() ? "log loss" : "RMSE", "before", "AUC", "seconds");
        for (var tried : card.tried()) {
            say(
                    "%-18s %10.4f %10.4f %8.4f %8.1f%s",
                    tried.name(),
                    tried.loss(),
                    tried.rawLoss(),
                    tried.auc(),
                    tried.seconds(),
                    tried.failure() == null ? "" : " " + tried.failure());
        }
        say("");
        if (card.binary()) {
            printJudgement(card);
        } else {
            say(
                    "%s on %,d held-out rows, with 95 %% intervals:",
                    card.chosen().name(), card.errors().rows());
            say("  RMSE  %s, baseline %.4f", card.errors().rmse(), card.errors().baselineRmse());
            say("  MAE   %s", card.errors().mae());
            say("  R2    %s", card.errors().r2());
            say(
                    "  gradient descent ends within %.2g of least squares",
                    card.descent().difference());
        }
        say("");
    }

    private void printJudgement(Card card) {
        var judged = card.judgement();
        say(
                "%s on %,d held-out rows, %,d of them positive; calibration %s; with 95 %% intervals:",
                card.chosen().name(), judged.rows(), judged.positives(), card.calibration());
        measure("ROC AUC", judged.auc(), judged.baseline().auc());
        measure("PR-AUC", judged.prAuc(), judged.baseline().prAuc());
        measure("log loss", judged.logLoss(), judged.baseline().logLoss());
        measure("Brier", judged.brier(), judged.baseline().brier());
        measure(
                "calibration error",
                judged.calibrationError(),
                judged.baseline().calibrationError());
        say("  lift of the first tenth %.2f", judged.deciles().get(0).lift());
        var costs = card.costs();
        say(
                "At the threshold %.3f (costs %s:%s%s) it chooses %.1f %%: precision %.3f, recall %.3f",
                costs.threshold(),
                costs.falsePositive(),
                costs.falseNegative(),
                costs.stated() ? "" : ", the default",
                100 * costs.chosen(),
                judged.confusion().precision(),
                judged.confusion().recall());
        say(
                "Most important: %s",
                String.join(
                        ", ",
                        card.importance().stream()
                                .limit(5)
                                .map(importance -> importance.input())
                                .toList()));
    }

    private void measure(String name, Interval figure, double baseline) {
        say("  %-18s %s, baseline %.4f", name, figure, baseline);
    }

    private void say(String format, Object... values) {
        out.println(String.format(Locale.ROOT, format, values).stripTrailing());
    }
}
