package io.wayfarer.learn;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a command was called with: options that each have a value. */
record Arguments(Map<String, String> values) {

    /**
     * Reads them.
     *
     * @param usage is shown with each fault
     * @param known the options that there are, as {@code --data}
     * @throws IllegalArgumentException in words for its reader, when an option is not known or has no value
     */
    static Arguments of(String usage, List<String> known, String... args) {
        var values = new HashMap<String, String>();
        for (int i = 0; i < args.length; i += 2) {
            if (!known.contains(args[i])) {
                throw fault("unknown option " + args[i], usage);
            }
            if (i + 1 == args.length) {
                throw fault(args[i] + " needs a value", usage);
            }
            values.put(args[i], args[i + 1]);
        }
        return new Arguments(values);
    }

    static boolean askForHelp(String... args) {
        return args.length == 1 && List.of("--help", "-h").contains(args[0]);
    }

    /** @throws IllegalArgumentException naming the first that is missing */
    Arguments requiring(String usage, List<String> needed) {
        for (var option : needed) {
            if (!has(option)) {
                throw fault(option + " is missing", usage);
            }
        }
        return this;
    }

    boolean has(String option) {
        return values.containsKey(option);
    }

    /** The value, or null. */
    String get(String option) {
        return values.get(option);
    }

    String get(String option, String otherwise) {
        return values.getOrDefault(option, otherwise);
    }

    /** @throws IllegalArgumentException when it is no path */
    static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("'" + text + "' is no path of a file");
        }
    }

    private static IllegalArgumentException fault(String what, String usage) {
        return new IllegalArgumentException(what + "\n\n" + usage);
    }
}
