package io.wayfarer.demo;

import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** What the simulated people are called and what they write, in English (en) and Chinese (zh). */
final class Phrases {

    private static final Map<String, List<String>> NAMES = Map.of(
            "en",
            List.of(
                    "Ada", "Bram", "Clara", "Dina", "Edwin", "Freya", "Gilda", "Hugo", "Ines", "Jonas", "Katrin", "Leo",
                    "Mira", "Nils", "Olga", "Piet", "Rosa", "Sven", "Tilda", "Ugo", "Vera", "Wim", "Yara", "Zeno"),
            "zh",
            List.of("明月", "小川", "思远", "晓雨", "子墨", "书瑶", "安然", "一鸣", "若溪", "青禾", "云舟", "知秋"));

    private static final Map<String, List<String>> TROUBLE = Map.of(
            "en",
            List.of(
                    "The %s arrived broken and nobody answers the telephone. I am very disappointed.",
                    "This is the second time that the %s leaks. Terrible quality, I want my money back.",
                    "I have waited for the %s for two weeks. The worst service I have had, and no apology.",
                    "The %s fell apart on the first evening. A waste of money, I am angry.",
                    "The wrong %s was in the parcel and the return is a nightmare. Very unhappy with you.",
                    "The %s looks cheap, smells bad and does not work. I regret buying it."),
            "zh",
            List.of("收到的%s是坏的，客服一直没人理，非常失望。", "%s质量太差了，用了一天就坏，要求退款！", "等了两个星期%s还没到，服务太糟糕了，很生气。", "%s和描述完全不符，后悔购买，差评。"));

    private static final Map<String, List<String>> PRAISE = Map.of(
            "en",
            List.of(
                    "I love the %s. Well made, beautiful, and it arrived the next day. Thank you!",
                    "The %s is excellent, the best I have had. Highly recommended.",
                    "Great quality and friendly service. The %s went with us over two passes and works perfectly.",
                    "Very happy with the %s. It was worth every cent."),
            "zh",
            List.of("%s非常好用，做工精致，物流也快，很满意！", "很喜欢这个%s，质量很好，推荐购买。", "%s超出预期，服务态度也很棒，谢谢！"));

    private static final Map<String, List<String>> SUBJECTS = Map.of(
            "en",
            List.of("My order", "Trouble with my order", "So disappointed"),
            "zh",
            List.of("关于我的订单", "商品有问题", "投诉"));

    private Phrases() {}

    static String name(String language, RandomGenerator random) {
        return one(NAMES, language, random);
    }

    static String trouble(String language, String product, RandomGenerator random) {
        return one(TROUBLE, language, random).formatted(product);
    }

    static String praise(String language, String product, RandomGenerator random) {
        return one(PRAISE, language, random).formatted(product);
    }

    static String subject(String language, RandomGenerator random) {
        return one(SUBJECTS, language, random);
    }

    private static String one(Map<String, List<String>> texts, String language, RandomGenerator random) {
        var list = texts.get(language);
        return list.get(random.nextInt(list.size()));
    }
}
