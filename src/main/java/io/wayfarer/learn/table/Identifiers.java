package io.wayfarer.learn.table;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Finds what tells who somebody is: names, addresses, numbers of phones, cards and documents, ids. By the column's name, and
 * by what is in it, whatever it is called. None of it may be learned from.
 */
final class Identifiers {

    private static final Set<String> PERSONS = Set.of(
            "customer",
            "client",
            "user",
            "person",
            "people",
            "member",
            "contact",
            "account",
            "visitor",
            "employee",
            "subscriber",
            "buyer",
            "patient",
            "lead",
            "guest",
            "passenger",
            "recipient",
            "owner",
            "holder",
            "billing",
            "shipping");

    private static final Set<String> NAMING = Set.of(
            "first", "last", "full", "given", "family", "middle", "maiden", "nick", "display", "sur", "birth", "legal");

    /** At the end of a name; "email_opens" counts mails and is nobody's address. */
    private static final Set<String> ENDINGS = Set.of(
            "email",
            "mail",
            "phone",
            "telephone",
            "tel",
            "mobile",
            "cell",
            "cellphone",
            "fax",
            "msisdn",
            "ssn",
            "iban",
            "bic",
            "passport",
            "surname",
            "firstname",
            "lastname",
            "fullname",
            "forename",
            "username",
            "login",
            "nickname",
            "uuid",
            "guid",
            "ip",
            "imei",
            "imsi",
            "idfa",
            "gaid",
            "fingerprint",
            "cookie",
            "address",
            "street",
            "licence",
            "license",
            "vin",
            "twitter",
            "facebook",
            "instagram",
            "wechat",
            "whatsapp",
            "signature");

    private static final Set<String> CARDS =
            Set.of("card", "cc", "pan", "creditcard", "kreditkarte", "passport", "tax");

    /** An id of one of these is a kind of thing, not a person; whether it is nearly unique is found by its content. */
    private static final Set<String> WHOSE =
            Set.of("session", "device", "anonymous", "crm", "external", "national", "loyalty");

    private static final List<String> CHINESE = List.of(
            "姓名", "名字", "邮箱", "邮件地址", "电子邮件", "电话", "手机", "身份证", "护照", "地址", "卡号", "账号", "帐号", "用户名", "客户编号", "会员号",
            "微信", "微信号");

    private static final Pattern EMAIL = Pattern.compile("[^\\s@,;<>]{1,64}@[^\\s@,;<>]{1,190}\\.[\\p{L}\\d-]{2,24}");
    private static final Pattern PHONE = Pattern.compile("(tel:)?(\\+|00|0|\\(\\+?\\d)[\\d ()./-]{7,24}");
    private static final Pattern FRACTION = Pattern.compile("[-+]?\\d*[.,]\\d+([eE][-+]?\\d+)?");
    private static final Pattern CHINESE_MOBILE = Pattern.compile("(\\+?86[ -]?)?1[3-9]\\d([ -]?\\d{4}){2}");
    private static final Pattern US_PHONE =
            Pattern.compile("(\\+?1[ .-]?)?\\(?[2-9]\\d{2}\\)?[ .-][2-9]\\d{2}[ .-]\\d{4}");
    private static final Pattern CHINESE_ID = Pattern.compile("[1-9]\\d{5}(19|20)\\d{2}[01]\\d[0-3]\\d{4}[\\dXx]");
    private static final Pattern SSN = Pattern.compile("\\d{3}-\\d{2}-\\d{4}");
    private static final Pattern CARD = Pattern.compile("\\d(?:[ -]?\\d){12,18}");
    private static final Pattern IBAN = Pattern.compile("[A-Z]{2}\\d{2}(?: ?[A-Z\\d]{4}){2,7}(?: ?[A-Z\\d]{1,3})?");
    private static final Pattern UUID =
            Pattern.compile("[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}|[0-9a-fA-F]{32,64}");
    private static final Pattern IP =
            Pattern.compile("(?:\\d{1,3}\\.){3}\\d{1,3}|(?:[0-9a-fA-F]{0,4}:){3,7}[0-9a-fA-F]{0,4}");

    private Identifiers() {}

    /** What the name of a column says that it holds, in words; null when it says nothing of the kind. */
    static String byName(String column) {
        var trimmed = column.strip();
        for (var word : CHINESE) {
            if (trimmed.endsWith(word)) {
                return "its name says '" + word + "'";
            }
        }
        var words = trimmed.replaceAll("(?<=[a-z\\d])(?=[A-Z])", "_")
                .toLowerCase(Locale.ROOT)
                .replaceAll("e[-_ ]?mail", "email")
                .split("[^\\p{L}\\d]+");
        var all = Arrays.stream(words).filter(word -> !word.isEmpty()).toList();
        if (all.isEmpty()) {
            return null;
        }
        var last = all.get(all.size() - 1);
        // "phone_1", "email2"
        if (all.size() > 1 && last.matches("\\d{1,2}")) {
            all = all.subList(0, all.size() - 1);
            last = all.get(all.size() - 1);
        }
        last = last.replaceAll("(?<=\\p{L})\\d{1,2}$", "");
        var before = all.size() > 1 ? all.get(all.size() - 2) : "";
        var says = "its name says '" + column + "'";
        if (ENDINGS.contains(last) || all.size() == 1 && PERSONS.contains(last)) {
            return says;
        }
        if (Set.of("hash", "sha256", "md5").contains(last) && (ENDINGS.contains(before) || PERSONS.contains(before))) {
            return says;
        }
        if (last.equals("name") && (all.size() == 1 || NAMING.contains(before) || PERSONS.contains(before))) {
            return says;
        }
        if (Set.of("id", "ids", "no", "nr", "number", "num", "key", "ref").contains(last)) {
            var ofPerson = PERSONS.contains(before) || WHOSE.contains(before) || ENDINGS.contains(before);
            return all.size() == 1 && last.startsWith("id") || ofPerson || CARDS.contains(before) ? says : null;
        }
        return all.size() == 1 && (last.matches("(customer|client|user|member|person|contact|session|device)ids?"))
                ? says
                : null;
    }

    /** What a single value is, in words; null when it is nothing of the kind. */
    static String byContent(String value) {
        if (value.length() < 7 || value.length() > 320) {
            return null;
        }
        if (value.indexOf('@') >= 0 && EMAIL.matcher(value).find()) {
            return "an email address";
        }
        if (FRACTION.matcher(value).matches()) {
            return null;
        }
        var digits = value.chars().filter(c -> c >= '0' && c <= '9').count();
        if (digits < 4) {
            return null;
        }
        if (UUID.matcher(value).matches()) {
            return "an id";
        }
        if (IP.matcher(value).matches()) {
            return "an IP address";
        }
        if (IBAN.matcher(value).matches() && digits >= 10) {
            return "an account number";
        }
        if (SSN.matcher(value).matches() || CHINESE_ID.matcher(value).matches()) {
            return "an identity number";
        }
        if (CARD.matcher(value).matches() && luhn(value)) {
            return "a card number";
        }
        var dated = !Double.isNaN(Cells.date(value));
        var phone = digits >= 8 && digits <= 15 && PHONE.matcher(value).matches();
        return !dated
                        && (phone
                                || CHINESE_MOBILE.matcher(value).matches()
                                || US_PHONE.matcher(value).matches())
                ? "a phone number"
                : null;
    }

    private static boolean luhn(String value) {
        var sum = 0;
        var twice = false;
        for (int i = value.length() - 1; i >= 0; i--) {
            if (Character.isDigit(value.charAt(i))) {
                var digit = value.charAt(i) - '0';
                sum += twice ? (digit > 4 ? 2 * digit - 9 : 2 * digit) : digit;
                twice = !twice;
            }
        }
        return sum % 10 == 0;
    }
}
