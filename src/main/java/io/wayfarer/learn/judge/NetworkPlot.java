package io.wayfarer.learn.judge;

import java.util.ArrayList;
import java.util.List;

/** A Bayesian network in layers: the label on top, and each input below all that it hangs on. */
final class NetworkPlot {

    private static final int COLUMN = 132;
    private static final int ROW = 74;
    private static final int MOST_IN_A_ROW = 7;

    private NetworkPlot() {}

    static Svg of(Card.Network network) {
        var nodes = network.nodes();
        var layers = layers(nodes);
        var columns = layers.stream().mapToInt(List::size).max().orElse(1);
        var title = new Words("Bayesian network", "贝叶斯网络");
        var width = Math.max(420, 24 + COLUMN * columns);
        var svg = new Svg(title, width, 60 + ROW * layers.size());
        svg.text("title", "start", 12, 22, title);
        var x = new double[nodes.size()];
        var y = new double[nodes.size()];
        for (int layer = 0; layer < layers.size(); layer++) {
            var members = layers.get(layer);
            for (int i = 0; i < members.size(); i++) {
                // a chain is drawn to both sides in turn, or it would hide the label's arrows to its ends
                var aside = layer == 0 || members.size() > 1 ? 0 : layer % 2 == 0 ? 0.25 : -0.25;
                x[members.get(i)] = width * ((i + 0.5) / members.size() + aside);
                y[members.get(i)] = 62 + ROW * layer;
            }
        }
        for (int node = 0; node < nodes.size(); node++) {
            for (var parent : nodes.get(node).parents()) {
                // every input hangs on the label: what is new to the eye is what else it hangs on
                arrow(svg, parent == 0 ? "thin" : "one", x[parent], y[parent] + 14, x[node], y[node] - 14);
            }
        }
        for (int node = 0; node < nodes.size(); node++) {
            svg.rect(node == 0 ? "cell" : "pale", x[node] - 60, y[node] - 14, 120, 28);
            svg.text(
                    "small",
                    "middle",
                    x[node],
                    y[node] + 4,
                    Svg.shortened(nodes.get(node).name(), 19));
        }
        return svg;
    }

    private static void arrow(Svg svg, String style, double x1, double y1, double x2, double y2) {
        var length = Math.hypot(x2 - x1, y2 - y1);
        var ux = (x2 - x1) / length;
        var uy = (y2 - y1) / length;
        svg.line(style, x1, y1, x2, y2);
        svg.line(style, x2, y2, x2 - 7 * ux + 4 * uy, y2 - 7 * uy - 4 * ux);
        svg.line(style, x2, y2, x2 - 7 * ux - 4 * uy, y2 - 7 * uy + 4 * ux);
    }

    /** By depth, in the order of the parents above, so that few lines cross; a full layer goes on in the next row. */
    private static List<List<Integer>> layers(List<Card.Network.Node> nodes) {
        var depth = new int[nodes.size()];
        for (int round = 0; round < nodes.size(); round++) {
            for (int node = 0; node < depth.length; node++) {
                for (var parent : nodes.get(node).parents()) {
                    depth[node] = Math.max(depth[node], depth[parent] + 1);
                }
            }
        }
        var place = new double[nodes.size()];
        var layers = new ArrayList<List<Integer>>();
        for (int level = 0; level < nodes.size(); level++) {
            var members = new ArrayList<Integer>();
            for (int node = 0; node < depth.length; node++) {
                if (depth[node] == level) {
                    members.add(node);
                    place[node] = nodes.get(node).parents().stream()
                            .filter(parent -> parent != 0)
                            .mapToDouble(parent -> place[parent])
                            .average()
                            .orElse(0.5);
                }
            }
            members.sort((a, b) -> Double.compare(place[a], place[b]));
            for (int i = 0; i < members.size(); i++) {
                place[members.get(i)] = (i + 0.5) / members.size();
            }
            for (int from = 0; from < members.size(); from += MOST_IN_A_ROW) {
                layers.add(members.subList(from, Math.min(members.size(), from + MOST_IN_A_ROW)));
            }
        }
        return layers;
    }
}
