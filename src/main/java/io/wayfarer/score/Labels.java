package io.wayfarer.score;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** The labels of {@code rules/labels.txt}, as they were read at the start. */
@Component
public class Labels {

    private final List<Label> all;
    private final Map<String, Label> byModel = new TreeMap<>();

    Labels(@Value("${wayfarer.rules.dir}") String rulesDir, @Value("${wayfarer.learn.horizon}") Duration horizon) {
        this.all = Label.all(rulesDir, horizon);
        all.forEach(label -> label.models().forEach(model -> byModel.put(model, label)));
    }

    public List<Label> all() {
        return all;
    }

    /** What the model of this name foresees; null when no label asks for it. */
    public Label of(String model) {
        return byModel.get(model);
    }
}
