package io.wayfarer.act;

/**
 * How a text is sent by SMS (3GPP TS 23.038 and 23.040): in the 7-bit alphabet when all of it is in that, else in UCS-2.
 *
 * @param encoding gsm-7 or ucs-2
 * @param length in characters of the encoding: septets, or UTF-16 units
 * @param segments messages that it takes; each is paid for
 */
record SmsText(String encoding, int length, int segments) {

    private static final String BASIC = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
            + "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
    /** Each takes two septets, which stay together. */
    private static final String EXTENDED = "\f^{}\\[~]|€";

    static SmsText of(String text) {
        var isBasic = text.chars().allMatch(c -> BASIC.indexOf(c) >= 0 || EXTENDED.indexOf(c) >= 0);
        return isBasic ? packed("gsm-7", text, 160, 153) : packed("ucs-2", text, 70, 67);
    }

    /**
     * @param alone what fits when one segment is enough
     * @param part what fits into each of several, beside the header that joins them
     */
    private static SmsText packed(String encoding, String text, int alone, int part) {
        var length = 0;
        var segments = 1;
        var filled = 0;
        for (int at = 0; at < text.length(); ) {
            var character = text.codePointAt(at);
            at += Character.charCount(character);
            var size = encoding.equals("gsm-7")
                    ? EXTENDED.indexOf(character) >= 0 ? 2 : 1
                    : Character.charCount(character);
            length += size;
            if (filled + size > part) {
                segments++;
                filled = 0;
            }
            filled += size;
        }
        return new SmsText(encoding, length, length <= alone ? 1 : segments);
    }
}
