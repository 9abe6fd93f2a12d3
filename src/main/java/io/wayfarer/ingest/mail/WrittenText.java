package io.wayfarer.ingest.mail;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What the sender of a mail wrote, without what they quote and without their signature, in English and Chinese and as the
 * common mail programs have it. What stands between or below quoted lines stays.
 */
final class WrittenText {

    /** Longer lines are prose and no mark of anything. */
    private static final int MAX_MARK = 300;

    /** From here on all is somebody else's. */
    private static final Pattern REST = Pattern.compile(
            "-{2,}\\s*(original message|forwarded message|original appointment|original|原始邮件|原邮件|转发邮件|转发的邮件|被转发邮件信息)\\s*-{2,}"
                    + "|begin forwarded message:|发件人\\s*[:：].*",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern FROM = Pattern.compile("\\*?From:\\*? .+");
    private static final Pattern OTHER_HEADER = Pattern.compile("\\*?(Sent|Date|To|Subject):\\*? .+");

    /** The line above a quotation; it has a date, so that a sentence of the sender's own is none. */
    private static final Pattern ATTRIBUTION =
            Pattern.compile("On (?=.*\\d).{5,250} wrote:|(?=.*\\d).{0,250}写道\\s*[:：]", Pattern.CASE_INSENSITIVE);

    private static final Pattern ATTRIBUTION_BEGINS = Pattern.compile("(On |在|于|\\d{4}).*", Pattern.CASE_INSENSITIVE);
    private static final int ATTRIBUTION_LINES = 3;

    /** What mail programs write of their own accord. */
    private static final Pattern FURNITURE = Pattern.compile(
            "(Sent from my |Sent from Mail for|Get Outlook for |发自我的|从我的.{1,20}发送).{0,60}|_{20,}",
            Pattern.CASE_INSENSITIVE);

    private final List<String> lines;
    private final StringBuilder written = new StringBuilder();

    private WrittenText(List<String> lines) {
        this.lines = lines;
    }

    static String of(String text) {
        return new WrittenText(text.lines().map(String::strip).toList()).read();
    }

    private String read() {
        for (int i = 0; i < lines.size(); i++) {
            var line = lines.get(i);
            if (line.length() > MAX_MARK) {
                keep(line);
                continue;
            }
            if (isRest(i) || line.equals("--") && !written.isEmpty()) {
                break;
            }
            var attribution = attributionAt(i);
            if (attribution > 0) {
                i += attribution - 1;
                if (!isQuoted(next(i + 1))) {
                    break;
                }
            } else if (!isQuoted(line) && !FURNITURE.matcher(line).matches()) {
                keep(line);
            }
        }
        return written.toString().strip();
    }

    private void keep(String line) {
        var length = written.length();
        if (!line.isEmpty() || length > 1 && written.charAt(length - 2) != '\n') {
            written.append(line).append('\n');
        }
    }

    private boolean isRest(int i) {
        if (FROM.matcher(lines.get(i)).matches()) {
            return lines.subList(i + 1, Math.min(lines.size(), i + 4)).stream()
                    .anyMatch(line -> line.length() <= MAX_MARK
                            && OTHER_HEADER.matcher(line).matches());
        }
        return REST.matcher(lines.get(i)).matches();
    }

    /** How many lines the attribution has that begins here; 0 for none. */
    private int attributionAt(int i) {
        var most = ATTRIBUTION_BEGINS.matcher(lines.get(i)).matches() ? ATTRIBUTION_LINES : 1;
        for (int n = 1; n <= most && i + n <= lines.size(); n++) {
            var joined = lines.subList(i, i + n).stream().collect(Collectors.joining(" "));
            if (joined.length() <= MAX_MARK && ATTRIBUTION.matcher(joined).matches()) {
                return n;
            }
        }
        return 0;
    }

    private String next(int from) {
        return lines.subList(Math.min(from, lines.size()), lines.size()).stream()
                .filter(line -> !line.isEmpty())
                .findFirst()
                .orElse("");
    }

    private static boolean isQuoted(String line) {
        return line.startsWith(">");
    }
}
