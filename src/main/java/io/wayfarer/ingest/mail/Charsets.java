package io.wayfarer.ingest.mail;

import jakarta.mail.internet.MimeUtility;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Bytes of a mail as text: by the charset that they are labelled with or, where there is none or a wrong one, by a guess. */
final class Charsets {

    private static final Charset GB18030 = Charset.forName("GB18030");
    private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");

    /** Labels of which it is known that senders mean more by them: GB18030 holds all that GB 2312 and GBK do. */
    private static final Set<String> CHINESE = Set.of("gb2312", "gb_2312-80", "gbk", "cp936", "x-gbk", "hz-gb-2312");

    /** Labels that say nothing when there are bytes above 127. */
    private static final Set<String> NOTHING = Set.of("us-ascii", "ascii", "7bit", "8bit", "unknown-8bit", "x-unknown");

    /** RFC 2047, with a language as in RFC 2231, and spaces where senders wrongly have them. */
    private static final Pattern ENCODED =
            Pattern.compile("=\\?([^?*\\s]{1,40})(?:\\*[^?]{0,20})?\\?([bBqQ])\\?([^?]*)\\?=");

    private Charsets() {}

    /** What cannot be read is U+FFFD; a character that the end cuts in two is left out. */
    static String decode(byte[] bytes, String label) {
        return decode(bytes, charset(label, bytes));
    }

    private static String decode(byte[] bytes, Charset charset) {
        var decoder = charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .onUnmappableCharacter(CodingErrorAction.REPLACE);
        var text = CharBuffer.allocate((int) Math.ceil(bytes.length * (double) decoder.maxCharsPerByte()) + 1);
        decoder.decode(ByteBuffer.wrap(bytes), text, false);
        return text.flip().toString();
    }

    private static Charset charset(String label, byte[] bytes) {
        var name = label == null ? "" : label.trim().toLowerCase(Locale.ROOT);
        try {
            return name.isEmpty() || NOTHING.contains(name)
                    ? guess(bytes)
                    : CHINESE.contains(name) ? GB18030 : Charset.forName(MimeUtility.javaCharset(name));
        } catch (IllegalArgumentException e) {
            return guess(bytes);
        }
    }

    private static Charset guess(byte[] bytes) {
        if (isEscaped(bytes)) {
            return Charset.forName("ISO-2022-JP");
        }
        var text = CharBuffer.allocate(bytes.length);
        // not the end of input: a bound may have cut a character in two
        var isUtf8 = !StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes), text, false)
                .isError();
        return isUtf8 ? StandardCharsets.UTF_8 : isChinese(bytes) ? GB18030 : WINDOWS_1252;
    }

    /** ESC and a dollar sign, by which ISO-2022-JP begins its two-byte characters. */
    private static boolean isEscaped(byte[] bytes) {
        for (int i = 0; i + 1 < bytes.length; i++) {
            if (bytes[i] == 0x1B && bytes[i + 1] == '$') {
                return true;
            }
        }
        return false;
    }

    /** All bytes above 127 come in pairs of GB 2312's signs and hanzi: western text hardly ever looks so. */
    private static boolean isChinese(byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            var lead = bytes[i] & 0xFF;
            if (lead >= 0x80) {
                var inRows = lead >= 0xA1 && lead <= 0xA9 || lead >= 0xB0 && lead <= 0xF7;
                if (!inRows || ++i < bytes.length && (bytes[i] & 0xFF) < 0xA1) {
                    return false;
                }
            }
        }
        return true;
    }

    /**
     * A header's text. Words in the same charset that follow each other are read as one, since senders cut characters in two
     * between them. What stands there without any encoding is guessed.
     *
     * @param raw each character a byte
     */
    static String header(String raw) {
        var header = MimeUtility.unfold(raw);
        var text = new StringBuilder();
        var bytes = new ByteArrayOutputStream();
        var charset = "";
        var end = 0;
        for (var word = ENCODED.matcher(header); word.find(); end = word.end()) {
            var between = header.substring(end, word.start());
            var joins = end > 0 && between.isBlank();
            if (!joins || !charset.equalsIgnoreCase(word.group(1))) {
                text.append(flush(bytes, charset)).append(joins ? "" : plain(between));
            }
            charset = word.group(1);
            bytes.writeBytes(bytes(word.group(2), word.group(3)));
        }
        return text.append(flush(bytes, charset))
                .append(plain(header.substring(end)))
                .toString();
    }

    private static String flush(ByteArrayOutputStream bytes, String charset) {
        var text = bytes.size() == 0 ? "" : decode(bytes.toByteArray(), charset);
        bytes.reset();
        return text;
    }

    /** Text that was decoded already, or each character a byte. */
    private static String plain(String text) {
        return text.chars().allMatch(c -> c < 0x100) ? decode(text.getBytes(StandardCharsets.ISO_8859_1), "") : text;
    }

    private static byte[] bytes(String encoding, String word) {
        if (encoding.equalsIgnoreCase("b")) {
            return base64(word);
        }
        var bytes = new ByteArrayOutputStream(word.length());
        for (int i = 0; i < word.length(); i++) {
            var c = word.charAt(i);
            var high = c == '=' && i + 2 < word.length() ? Character.digit(word.charAt(i + 1), 16) : -1;
            var low = high >= 0 ? Character.digit(word.charAt(i + 2), 16) : -1;
            bytes.write(low >= 0 ? high << 4 | low : c == '_' ? ' ' : c);
            i += low >= 0 ? 2 : 0;
        }
        return bytes.toByteArray();
    }

    private static byte[] base64(String word) {
        try {
            return Base64.getMimeDecoder().decode(word.replaceAll("=+$", ""));
        } catch (IllegalArgumentException e) {
            return word.getBytes(StandardCharsets.ISO_8859_1);
        }
    }
}
