package io.wayfarer.decide;

import io.wayfarer.anomaly.Forest;
import io.wayfarer.anomaly.Forests;
import io.wayfarer.ingest.Event;
import io.wayfarer.profile.Customer;
import io.wayfarer.profile.Identity;
import io.wayfarer.profile.IdentityRules;
import io.wayfarer.profile.Known;
import io.wayfarer.profile.Meeting;
import io.wayfarer.profile.Satisfaction;
import io.wayfarer.profile.SatisfactionRules;
import io.wayfarer.profile.Stated;
import io.wayfarer.score.ModelStore;
import io.wayfarer.score.Models;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.stereotype.Component;

/** The release that is live, and batches evaluated with it. */
@Component
public class Releases implements IdentityRules, SatisfactionRules, SmartInitializingSingleton {

    private static final Logger log = LoggerFactory.getLogger(Releases.class);

    private final Clock clock;
    private volatile CompletableFuture<Release> live;

    /**
     * Begins to compile the rules, which takes seconds of one core: meanwhile the rest of the program starts.
     *
     * @param rulesDir the folder of the rules, or blank for those in the jar
     */
    @Autowired
    Releases(ModelStore models, Forests forests, Clock clock, @Value("${wayfarer.rules.dir}") String rulesDir) {
        this.clock = clock;
        var current = models.current();
        var forest = forests.newest().orElse(null);
        // a thread of its own has the class loader of the one that starts it, which the compiler needs
        this.live = CompletableFuture.supplyAsync(
                () -> release(new Rulebook(read(rulesDir)), current, forest, null),
                compiling -> new Thread(compiling, "rules").start());
    }

    Releases(Rulebook rulebook, Models models, Clock clock) {
        this.clock = clock;
        this.live = CompletableFuture.completedFuture(release(rulebook, models, null, null));
    }

    /** @throws IllegalArgumentException naming the file, when a rule does not compile: the program does not start */
    @Override
    public void afterSingletonsInstantiated() {
        try {
            live();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /** The release that new events are evaluated with. */
    public Release live() {
        return live.join();
    }

    @Override
    public Worth worth(Identity.Kind kind) {
        return live().rulebook().worth(kind);
    }

    @Override
    public Ruling nobody(Stated stated) {
        return live().rulebook().nobody(stated);
    }

    @Override
    public Ruling judge(Meeting meeting) {
        return live().rulebook().judge(meeting);
    }

    @Override
    public Satisfaction.Said said(Customer before, Customer customer, Event event) {
        var release = live();
        return release.rulebook().said(before, customer, event, release);
    }

    /**
     * From now on new events are scored by these models; batches at work finish with those they began with.
     *
     * @param newest asked while nobody else changes what is live: of two changes at once the later one stays
     */
    public synchronized void use(Supplier<Models> newest) {
        var models = newest.get();
        become(now -> release(now.rulebook(), models, now.forest(), now.grouping()));
    }

    /** From now on orders and refunds are compared with those that the forest was learnt from. */
    public synchronized void use(Forest forest) {
        become(now -> release(now.rulebook(), now.models(), forest, now.grouping()));
    }

    /** From now on rules see customers in these groups. */
    public synchronized void use(Grouping grouping) {
        become(now -> release(now.rulebook(), now.models(), now.forest(), grouping));
    }

    /** Does not wait for the rules, which may still be compiling. */
    private void become(UnaryOperator<Release> next) {
        live = live.thenApply(next);
    }

    /** Evaluates the events of the batch in order, all with the release that is live now. */
    public Decided evaluate(Known known) {
        var release = live();
        var now = clock.instant();
        var after = new LinkedHashMap<UUID, Customer>();
        var decisions = new ArrayList<Decision>();
        var said = new ArrayList<Satisfaction.Said>(known.events().size());
        for (int i = 0; i < known.events().size(); i++) {
            var owner = known.owners().get(i);
            var before = after.getOrDefault(owner, known.customers().get(owner));
            var evaluation = Evaluator.evaluate(before, known.events().get(i), release, now);
            after.put(owner, evaluation.customer());
            decisions.addAll(evaluation.decisions());
            said.add(evaluation.said());
        }
        return new Decided(known, after, decisions, said);
    }

    private static Release release(Rulebook rulebook, Models models, Forest forest, Grouping grouping) {
        var id = rulebook.id().substring(0, 12)
                + "-"
                + models.id()
                + (forest == null ? "" : "-" + forest.version())
                + (grouping == null ? "" : "-" + grouping.version());
        var release = new Release(id, rulebook, models, forest, grouping);
        log.info("Release {} is live", release.id());
        return release;
    }

    static Map<String, String> read(String dir) {
        var folder = dir.isBlank() ? "classpath:rules/" : Path.of(dir).toUri().toString();
        var files = new TreeMap<String, String>();
        try {
            for (var kind : new String[] {"*.drl", "*.dmn"}) {
                for (var file : new PathMatchingResourcePatternResolver().getResources(folder + kind)) {
                    files.put(file.getFilename(), file.getContentAsString(StandardCharsets.UTF_8));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the rules in " + folder + " cannot be read", e);
        }
        if (files.isEmpty()) {
            throw new IllegalArgumentException("wayfarer.rules.dir: there are no rules in " + folder);
        }
        return files;
    }
}
