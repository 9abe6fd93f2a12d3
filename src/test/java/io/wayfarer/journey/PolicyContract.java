package io.wayfarer.journey;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.wayfarer.decide.Decided;
import io.wayfarer.decide.Decision;
import io.wayfarer.profile.Customers;
import io.wayfarer.profile.Move;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.bpmn.instance.ExtensionElements;
import org.camunda.bpm.model.bpmn.instance.Process;
import org.camunda.bpm.model.bpmn.instance.camunda.CamundaProperties;
import org.camunda.bpm.model.bpmn.instance.camunda.CamundaProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.support.TransactionOperations;

/** What a diagram says of entry, goal and exit holds for whoever is in it, on both databases. */
abstract class PolicyContract {

    @Autowired
    private Scene scene;

    @Autowired
    private Journeys journeys;

    @Autowired
    private Customers customers;

    @Autowired
    private RepositoryService repository;

    @Autowired
    private RuntimeService runtime;

    @Autowired
    private TransactionOperations transactions;

    @Autowired
    private MeterRegistry meters;

    private UUID customer;

    @BeforeEach
    void somebodyIsThere() {
        scene.begin();
        customer = someone();
    }

    @AfterEach
    void theDiagramsGo() {
        repository
                .createDeploymentQuery()
                .deploymentNameLike("test-%")
                .list()
                .forEach(deployment -> repository.deleteDeployment(deployment.getId(), true));
    }

    private UUID someone() {
        var user = "user-" + UUID.randomUUID();
        scene.happened(user, "Product Viewed", Map.of("product_id", "kettle"));
        return scene.customer(user);
    }

    /** Deploys a process that waits, with these properties. */
    private void process(String key, String... properties) {
        var model = Bpmn.createExecutableProcess(key)
                .camundaHistoryTimeToLiveString("P1D")
                .startEvent()
                .intermediateCatchEvent()
                .timerWithDuration("P30D")
                .endEvent()
                .done();
        Process process = model.getModelElementById(key);
        var extensions = model.newInstance(ExtensionElements.class);
        process.setExtensionElements(extensions);
        var list = extensions.addExtensionElement(CamundaProperties.class);
        for (int i = 0; i < properties.length; i += 2) {
            var property = model.newInstance(CamundaProperty.class);
            property.setCamundaName(properties[i]);
            property.setCamundaValue(properties[i + 1]);
            list.addChildElement(property);
        }
        repository
                .createDeployment()
                .name(key)
                .addModelInstance(key + ".bpmn", model)
                .deploy();
    }

    private long running(UUID of) {
        return runtime.createProcessInstanceQuery()
                .processInstanceBusinessKey(of.toString())
                .count();
    }

    private double refused(String process, String why) {
        var counter = meters.find("wayfarer.journeys.refused")
                .tag("process", process)
                .tag("why", why)
                .counter();
        return counter == null ? 0 : counter.count();
    }

    @Test
    void onceIsOnceHoweverLongAgo() {
        process("test-once", "entry", "once", "goal", "purchased");
        scene.follow(customer, "start:test-once");
        scene.follow(customer, "tell:purchased");
        scene.clock.pass(Duration.ofDays(4000));
        var before = refused("test-once", "once");

        scene.follow(customer, "start:test-once");

        assertThat(running(customer)).isZero();
        assertThat(refused("test-once", "once") - before).isEqualTo(1);
        var other = someone();
        scene.follow(other, "start:test-once");
        assertThat(running(other)).isEqualTo(1);
    }

    @Test
    void onceHoldsWithinOneBatchToo() {
        process("test-once", "entry", "once", "goal", "purchased");
        scene.follow(
                scene.decided(customer, "start:test-once"),
                scene.decided(customer, "tell:purchased"),
                scene.decided(customer, "start:test-once"));

        assertThat(running(customer)).isZero();
        assertThat(journeys.of(customer)).hasSize(1);
    }

    @Test
    void thirtyDaysAreCountedFromTheEntry() {
        process("test-month", "entry", "P30D", "goal", "purchased");
        scene.follow(customer, "start:test-month");
        scene.clock.pass(Duration.ofDays(29));
        scene.follow(scene.decided(customer, "tell:purchased"), scene.decided(customer, "start:test-month"));
        assertThat(running(customer)).isZero();

        scene.clock.pass(Duration.ofDays(1));
        scene.follow(customer, "start:test-month");
        assertThat(running(customer)).isEqualTo(1);
    }

    @Test
    void afterItsExitAJourneyMayBeginAgainInTheSameBatch() {
        process("test-again", "goal", "purchased");
        scene.follow(customer, "start:test-again");
        scene.follow(customer, "start:test-again");
        assertThat(running(customer)).isEqualTo(1);

        scene.follow(scene.decided(customer, "tell:purchased"), scene.decided(customer, "start:test-again"));
        assertThat(running(customer)).isEqualTo(1);
        assertThat(journeys.of(customer)).hasSize(2);
    }

    @Test
    void goalAndExitEndWhatHasThemAndNothingElse() {
        process("test-goal", "goal", "purchased,reviewed", "exit", "unsubscribed");
        process("test-other", "goal", "delivered");
        var other = someone();
        scene.follow(
                scene.decided(customer, "start:test-goal"),
                scene.decided(customer, "start:test-other"),
                scene.decided(other, "start:test-goal"));

        scene.follow(customer, "tell:reviewed");
        assertThat(scene.journey(customer, "test-goal").outcome()).isEqualTo("goal: reviewed");
        assertThat(scene.journey(customer, "test-other").ended()).isNull();
        assertThat(running(other)).isEqualTo(1);

        scene.follow(other, "tell:unsubscribed");
        assertThat(scene.journey(other).outcome()).isEqualTo("exit: unsubscribed");
    }

    @Test
    void whoRefusedMarketingDoesNotEnterWhatNeedsConsent() {
        process("test-marketing", "exit", "unsubscribed");
        process("test-service");
        var user = "user-" + UUID.randomUUID();
        scene.happened(user, "Unsubscribed", Map.of());
        var refusing = customers.find(scene.customer(user)).orElseThrow();
        var starts = List.of(
                scene.decided(refusing.id(), "start:test-marketing"),
                scene.decided(refusing.id(), "start:test-service"));

        transactions.executeWithoutResult(
                status -> journeys.follow(new Decided(null, Map.of(refusing.id(), refusing), starts)));

        assertThat(journeys.of(refusing.id()))
                .extracting(Journeys.Journey::process)
                .containsExactly("test-service");
    }

    @Test
    void whatOneEnteredCountsForWhomTheyAreMergedInto() {
        process("test-once", "entry", "once", "goal", "purchased");
        scene.follow(customer, "start:test-once");
        scene.follow(customer, "tell:purchased");
        var into = someone();

        transactions.executeWithoutResult(status -> journeys.move(List.of(new Move(customer, into, null))));
        scene.follow(into, "start:test-once");
        assertThat(running(into)).isZero();

        transactions.executeWithoutResult(status -> journeys.move(List.of(new Move(into, customer, Set.of(customer)))));
        scene.follow(into, "start:test-once");
        scene.follow(customer, "start:test-once");
        assertThat(running(into)).isEqualTo(1);
        assertThat(running(customer)).isZero();
    }

    @Test
    void ofTwoNodesThatStartTheSameAtOnceOneIsTheFirst() throws Exception {
        process("test-first", "entry", "once");
        for (int round = 0; round < 5; round++) {
            var who = someone();
            var together = new CountDownLatch(2);
            var nodes = IntStream.range(0, 2)
                    .mapToObj(n -> CompletableFuture.runAsync(() -> {
                        var start = scene.decided(who, "start:test-first");
                        together.countDown();
                        try {
                            together.await(10, TimeUnit.SECONDS);
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                        scene.follow(start);
                    }))
                    .toList();
            for (var node : nodes) {
                node.get(30, TimeUnit.SECONDS);
            }
            assertThat(running(who)).isEqualTo(1);
        }
    }

    @Test
    void aBatchOfStartsIsAdmittedWithOneLook() {
        process("test-batch", "entry", "P30D");
        var people = IntStream.range(0, 20).mapToObj(n -> someone()).toList();
        var starts = people.stream()
                .map(who -> scene.decided(who, "start:test-batch"))
                .toArray(Decision[]::new);

        var statements = scene.statements(() -> scene.follow(starts));

        assertThat(statements.filter(sql -> sql.contains("journey_entry"))).hasSize(2);
        assertThat(people).allSatisfy(who -> assertThat(running(who)).isEqualTo(1));
    }
}
