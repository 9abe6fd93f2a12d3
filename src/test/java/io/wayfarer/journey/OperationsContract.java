package io.wayfarer.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.wayfarer.act.Message;
import io.wayfarer.act.Outbox;
import io.wayfarer.act.Verdict;
import io.wayfarer.decide.Decision;
import io.wayfarer.decide.Decisions;
import io.wayfarer.journey.Failures.Kind;
import io.wayfarer.journey.Failures.Which;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.repository.DeploymentWithDefinitions;
import org.camunda.bpm.engine.runtime.Job;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.camunda.bpm.model.bpmn.instance.ExtensionElements;
import org.camunda.bpm.model.bpmn.instance.Process;
import org.camunda.bpm.model.bpmn.instance.camunda.CamundaProperties;
import org.camunda.bpm.model.bpmn.instance.camunda.CamundaProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionOperations;

/** What is done to running journeys, and to those in several versions, on both databases with the real engine. */
abstract class OperationsContract {

    private static final String KEY = "test-flight";
    private static final Which ALL = new Which(null, null, null);
    private static final Which STUCK = new Which(Kind.journey, KEY, null);

    @Autowired
    private Scene scene;

    @Autowired
    private Operations operations;

    @Autowired
    private Versions versions;

    @Autowired
    private Migrations migrations;

    @Autowired
    private Failures failures;

    @Autowired
    private Outbox outbox;

    @Autowired
    private Decisions decisions;

    @Autowired
    private RepositoryService repository;

    @Autowired
    private RuntimeService runtime;

    @Autowired
    private ManagementService management;

    @Autowired
    private TransactionOperations transactions;

    @Autowired
    private JdbcTemplate jdbc;

    @BeforeEach
    void nothingRunsAndNothingGoesOut() {
        scene.begin();
        outbox.hold("email", "test", "messages are counted where they are queued");
    }

    @AfterEach
    void allIsAsUsual() {
        scene.begin();
        outbox.open("email");
        operations.resume(KEY);
        operations.open(KEY);
        repository
                .createDeploymentQuery()
                .deploymentNameLike("test-%")
                .list()
                .forEach(deployment -> repository.deleteDeployment(deployment.getId(), true));
    }

    /** A diagram of steps in a row: {@code wait first PT4H}, {@code send reminder cart-reminder}, {@code ask first}. */
    private static BpmnModelInstance diagram(String... steps) {
        var builder = Bpmn.createExecutableProcess(KEY)
                .name("A flight")
                .camundaHistoryTimeToLiveString("P1D")
                .startEvent("start");
        var at = (org.camunda.bpm.model.bpmn.builder.AbstractFlowNodeBuilder<?, ?>) builder;
        for (var step : steps) {
            var part = step.split(" ");
            at = (org.camunda.bpm.model.bpmn.builder.AbstractFlowNodeBuilder<?, ?>) switch (part[0]) {
                case "wait" -> at.intermediateCatchEvent(part[1]).timerWithDuration(part[2]);
                case "send" ->
                    at.serviceTask(part[1])
                            .camundaAsyncBefore()
                            .camundaDelegateExpression("${sendMessage}")
                            .camundaInputParameter("template", part[2]);
                case "task" ->
                    at.userTask(part[1])
                            .boundaryEvent(part[1] + "-late")
                            .timerWithDuration(part[2])
                            .endEvent(part[1] + "-over")
                            .moveToActivity(part[1]);
                default ->
                    at.serviceTask(part[1])
                            .camundaDelegateExpression("${askTheRules}")
                            .camundaInputParameter("table", "offers")
                            .camundaInputParameter("step", part[1]);
            };
        }
        return at.endEvent("end").name("Done").done();
    }

    private static BpmnModelInstance withGoal(BpmnModelInstance model, String goal) {
        Process process = model.getModelElementById(KEY);
        var extensions = model.newInstance(ExtensionElements.class);
        process.setExtensionElements(extensions);
        var property = model.newInstance(CamundaProperty.class);
        property.setCamundaName("goal");
        property.setCamundaValue(goal);
        extensions.addExtensionElement(CamundaProperties.class).addChildElement(property);
        return model;
    }

    private int deploy(BpmnModelInstance model) {
        operations.deploy(KEY, () -> deployment(model));
        return operations.show(KEY).orElseThrow().overview().version();
    }

    private DeploymentWithDefinitions deployment(BpmnModelInstance model) {
        return repository
                .createDeployment()
                .name(KEY)
                .enableDuplicateFiltering(false)
                .addModelInstance(KEY + ".bpmn", model)
                .deployWithResult();
    }

    private UUID someone() {
        var user = "user-" + UUID.randomUUID();
        scene.happened(user, "Product Viewed", Map.of("product_id", "kettle"));
        return scene.customer(user);
    }

    /** Somebody new who entered. */
    private UUID entered() {
        var customer = someone();
        scene.follow(customer, "start:" + KEY);
        return customer;
    }

    private List<String> at(UUID customer) {
        return runtime.createProcessInstanceQuery().processInstanceBusinessKey(customer.toString()).list().stream()
                .flatMap(instance -> Stream.concat(
                        runtime.getActiveActivityIds(instance.getId()).stream(),
                        Stream.of("v" + version(instance.getProcessDefinitionId()))))
                .toList();
    }

    private int version(String definition) {
        return repository.getProcessDefinition(definition).getVersion();
    }

    private List<String> templates(UUID customer) {
        return outbox.list(customer, 100, null).stream()
                .map(Message::template)
                .sorted()
                .toList();
    }

    private Instant due(UUID customer) {
        return management.createJobQuery().timers().list().stream()
                .filter(job -> runtime.createProcessInstanceQuery()
                                .processInstanceId(job.getProcessInstanceId())
                                .processInstanceBusinessKey(customer.toString())
                                .count()
                        > 0)
                .map(job -> job.getDuedate().toInstant())
                .findFirst()
                .orElseThrow();
    }

    private Migrations.Migration migrate(int from, int to, Map<String, String> steps) {
        var plan = versions.preview(KEY, from, to, steps, 10).plan();
        return over(migrations.begin(KEY, from, to, steps, plan, "ada", "the new text"));
    }

    private Migrations.Migration over(Migrations.Migration begun) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> migrations.find(begun.id()).orElseThrow().status().equals("done"));
        return migrations.find(begun.id()).orElseThrow();
    }

    // pause and drain

    @Test
    void whileAJourneyIsPausedNobodyEntersMovesOnOrIsSentAnything() {
        deploy(diagram("wait first PT4H", "send reminder cart-reminder", "wait second P1D"));
        var inside = entered();
        var sending = entered();
        scene.clock.pass(Duration.ofHours(4));
        fire(sending);
        assertThat(at(sending)).containsExactly("reminder", "v1");

        assertThat(operations.pause(KEY, "ada", "wrong text")).isTrue();
        assertThat(operations.pause(KEY, "bob", "again")).isFalse();
        var late = entered();
        scene.pass(Duration.ofDays(3));

        assertThat(at(late)).isEmpty();
        assertThat(at(inside)).containsExactly("first", "v1");
        assertThat(templates(sending)).isEmpty();
        assertThat(overview().paused()).satisfies(held -> {
            assertThat(held.who()).isEqualTo("ada");
            assertThat(held.reason()).isEqualTo("wrong text");
        });

        assertThat(operations.resume(KEY)).isTrue();
        assertThat(operations.resume(KEY)).isFalse();
        scene.pass(Duration.ZERO);

        assertThat(templates(inside)).containsExactly("cart-reminder");
        assertThat(templates(sending)).containsExactly("cart-reminder");
        assertThat(at(entered())).containsExactly("first", "v1");
    }

    @Test
    void aGoalEndsAPausedJourney() {
        deploy(withGoal(diagram("wait first PT4H"), "purchased"));
        var customer = entered();
        operations.pause(KEY, "ada", "wrong text");

        scene.follow(customer, "tell:purchased");

        assertThat(scene.journey(customer).outcome()).isEqualTo("goal: purchased");
    }

    @Test
    void aMessageReachesAPausedJourneyAndWhatFollowsWaits() {
        var model = Bpmn.createExecutableProcess(KEY)
                .camundaHistoryTimeToLiveString("P1D")
                .startEvent()
                .eventBasedGateway()
                .id("either")
                .intermediateCatchEvent("told")
                .message("purchased")
                .serviceTask("reminder")
                .camundaAsyncBefore()
                .camundaDelegateExpression("${sendMessage}")
                .camundaInputParameter("template", "cart-reminder")
                .endEvent()
                .moveToLastGateway()
                .intermediateCatchEvent("late")
                .timerWithDuration("P1D")
                .endEvent()
                .done();
        deploy(model);
        var customer = entered();
        operations.pause(KEY, "ada", "wrong text");

        scene.follow(customer, "tell:purchased");
        scene.pass(Duration.ofDays(2));
        assertThat(at(customer)).containsExactly("reminder", "v1");
        assertThat(templates(customer)).isEmpty();

        operations.resume(KEY);
        scene.pass(Duration.ZERO);
        assertThat(templates(customer)).containsExactly("cart-reminder");
    }

    @Test
    void aVersionThatIsDeployedDuringAPauseIsPausedToo() {
        deploy(diagram("wait first PT4H"));
        entered();
        operations.pause(KEY, "ada", "wrong text");

        deploy(diagram("wait first PT4H", "send reminder cart-reminder"));

        assertThat(management
                        .createJobDefinitionQuery()
                        .processDefinitionKey(KEY)
                        .active()
                        .count())
                .isZero();
        var moved = migrate(1, 2, Map.of());
        assertThat(moved.moved()).isEqualTo(1);
        scene.pass(Duration.ofDays(1));
        assertThat(overview().running()).isEqualTo(1);
        assertThat(operations.show(KEY).orElseThrow().versions().get(0).steps())
                .extracting(Operations.StepView::step)
                .containsExactly("first");
    }

    @Test
    void whatSlippedPastThePauseIsHeldByTheNextLook() {
        deploy(diagram("wait first PT4H"));
        operations.pause(KEY, "ada", "wrong text");
        // as a node does that began before the pause: past the entrance, and past Operations
        deployment(diagram("wait first PT5H"));
        runtime.startProcessInstanceByKey(KEY, someone().toString());

        operations.hold();

        assertThat(management
                        .createJobQuery()
                        .processDefinitionKey(KEY)
                        .active()
                        .count())
                .isZero();
        scene.pass(Duration.ofDays(1));
        assertThat(overview().running()).isEqualTo(1);
    }

    @Test
    void aDrainedJourneyTakesNobodyInAndGoesOn() {
        deploy(diagram("wait first PT4H", "send reminder cart-reminder"));
        var inside = entered();

        assertThat(operations.drain(KEY, "ada", "the summer is over")).isTrue();
        assertThat(at(entered())).isEmpty();
        scene.pass(Duration.ofHours(5));
        assertThat(templates(inside)).containsExactly("cart-reminder");
        assertThat(overview().drained().reason()).isEqualTo("the summer is over");
        assertThat(overview().running()).isZero();

        assertThat(operations.open(KEY)).isTrue();
        assertThat(at(entered())).containsExactly("first", "v1");
    }

    private Operations.Overview overview() {
        return operations.list().stream()
                .filter(one -> one.process().equals(KEY))
                .findFirst()
                .orElseThrow();
    }

    /** Fires what is due of one customer. */
    private void fire(UUID customer) {
        var instance = runtime.createProcessInstanceQuery()
                .processInstanceBusinessKey(customer.toString())
                .singleResult();
        management.createJobQuery().processInstanceId(instance.getId()).executable().active().list().stream()
                .map(Job::getId)
                .forEach(management::executeJob);
    }

    // who stands where

    @Test
    void itIsToldWhereEverybodyStandsInWhichVersion() {
        deploy(diagram("wait first PT4H", "send reminder cart-reminder", "task call P3D"));
        var start = scene.clock.instant();
        entered();
        scene.clock.pass(Duration.ofHours(1));
        entered();
        var sending = entered();
        management.executeJob(timer(sending).getId());
        var calling = entered();
        management.executeJob(timer(calling).getId());
        fire(calling);
        deploy(diagram("wait first PT5H"));
        entered();

        var statements = scene.statements(() -> operations.show(KEY)).toList();
        var view = operations.show(KEY).orElseThrow();

        assertThat(statements).hasSizeLessThanOrEqualTo(6);
        assertThat(view.overview().running()).isEqualTo(5);
        assertThat(view.overview().versions()).isEqualTo(2);
        assertThat(view.versions())
                .extracting(
                        Operations.VersionView::version, Operations.VersionView::live, Operations.VersionView::running)
                .containsExactly(tuple(2, true, 1L), tuple(1, false, 4L));
        assertThat(view.versions().get(1).steps())
                .containsExactly(
                        new Operations.StepView("first", "first", 2, start, start.plus(Duration.ofHours(4)), 0),
                        new Operations.StepView("reminder", "reminder", 1, start.plus(Duration.ofHours(1)), null, 0),
                        new Operations.StepView(
                                "call",
                                "call",
                                1,
                                start.plus(Duration.ofHours(1)),
                                start.plus(Duration.ofHours(1)).plus(Duration.ofDays(3)),
                                0));
        assertThat(operations.show("no-such-process")).isEmpty();
    }

    private Job timer(UUID customer) {
        var instance = runtime.createProcessInstanceQuery()
                .processInstanceBusinessKey(customer.toString())
                .singleResult();
        return management
                .createJobQuery()
                .processInstanceId(instance.getId())
                .timers()
                .singleResult();
    }

    // stopping

    @Test
    void aCustomerIsStoppedAndWhatTheJourneyHadQueuedIsDropped() {
        deploy(diagram("send reminder cart-reminder", "wait second P1D"));
        var customer = entered();
        var other = entered();
        scene.pass(Duration.ZERO);
        transactions.execute(status ->
                outbox.queue(new Outbox.Wanted("by-itself-" + customer, customer, null, "price-watch", Map.of())));

        assertThat(operations.stop(customer, "abandoned-cart", "ada", "they asked by phone"))
                .isEmpty();
        assertThat(operations.stop(customer, null, "ada", "they asked by phone"))
                .containsExactly(KEY);

        assertThat(scene.journey(customer).outcome()).isEqualTo("stopped by ada: they asked by phone");
        assertThat(outbox.list(customer, 10, null))
                .extracting(Message::template, Message::status)
                .containsExactlyInAnyOrder(tuple("cart-reminder", "dropped"), tuple("price-watch", "queued"));
        assertThat(outbox.list(customer, 10, null))
                .filteredOn(message -> message.status().equals("dropped"))
                .flatExtracting(Message::verdicts)
                .containsExactly(new Verdict("journey", "drop", "the journey was stopped by ada: they asked by phone"));
        assertThat(decisions.of(customer, 1, null))
                .extracting(Decision::action, Decision::rule, Decision::reason)
                .containsExactly(tuple("stop:" + KEY, "a person: ada", "stopped by ada: they asked by phone"));
        assertThat(at(other)).containsExactly("second", "v1");
    }

    // failures

    private void fail(UUID customer) {
        for (int attempt = 0; attempt < 5; attempt++) {
            scene.clock.pass(Duration.ofMinutes(2));
            var job = timer(customer);
            assertThatThrownBy(() -> management.executeJob(job.getId())).isInstanceOf(RuntimeException.class);
        }
    }

    @Test
    void aStepThatFailedIsListedTriedAgainAndSendsOnce() {
        deploy(diagram("wait first PT4H", "ask remind", "send reminder cart-reminder", "wait second P1D"));
        var customer = entered();
        scene.clock.pass(Duration.ofHours(4));
        fail(customer);

        var failure = failures.list(STUCK, null, 10).get(0);
        assertThat(failures.list(STUCK, null, 10)).hasSize(1);
        assertThat(failure.customer()).isEqualTo(customer);
        assertThat(failure.step()).isEqualTo("remind");
        assertThat(failure.process()).isEqualTo(KEY);
        assertThat(failure.version()).isEqualTo(1);
        assertThat(failure.since()).isEqualTo(scene.clock.instant());
        assertThat(overview().failures()).isEqualTo(1);
        assertThat(failures.count(STUCK)).isEqualTo(new Failures.Count(1, 0));

        scene.rules.answers.add("remind");
        assertThat(failures.retry(failure.id())).isTrue();
        assertThat(failures.retry(failure.id())).isFalse();
        scene.pass(Duration.ZERO);

        assertThat(at(customer)).containsExactly("second", "v1");
        assertThat(templates(customer)).containsExactly("cart-reminder");
        assertThat(failures.list(STUCK, null, 10)).isEmpty();
    }

    @Test
    void aFailureThatIsGivenUpEndsTheJourney() {
        deploy(diagram("wait first PT4H", "ask remind"));
        var customer = entered();
        scene.clock.pass(Duration.ofHours(4));
        fail(customer);

        assertThat(failures.giveUp(failures.list(STUCK, null, 1).get(0).id(), "ada", "not worth it"))
                .isTrue();

        assertThat(scene.journey(customer).outcome()).isEqualTo("given up by ada: not worth it");
        assertThat(failures.count(STUCK).all()).isZero();
    }

    @Test
    void manyFailuresOfBothKindsAreListedInPartsAndRetriedTogether() {
        deploy(diagram("wait first PT4H", "ask remind", "wait second P1D"));
        var people = List.of(entered(), entered(), entered());
        scene.clock.pass(Duration.ofHours(4));
        people.forEach(this::fail);
        // of a template that is not there: it fails at once
        var reader = someone();
        IntStream.range(0, 3)
                .forEach(n -> transactions.execute(status -> outbox.queue(
                        new Outbox.Wanted("nothing-" + n + reader, reader, null, "no-such-template", Map.of()))));

        var all = failures.list(ALL, null, 1000);
        assertThat(all).hasSizeGreaterThanOrEqualTo(6);
        var one = new java.util.ArrayList<Failures.Failure>();
        for (var part = failures.list(ALL, null, 1); !part.isEmpty(); ) {
            one.addAll(part);
            part = failures.list(
                    ALL, new Failures.Place(part.get(0).since(), part.get(0).id()), 1);
        }
        assertThat(one).isEqualTo(all);
        assertThat(failures.count(ALL).all()).isEqualTo(all.size());

        assertThat(failures.retry(STUCK)).isEqualTo(new Failures.Done(3, 0, false));
        assertThat(failures.count(STUCK).all()).isZero();
        assertThat(failures.giveUp(new Which(Kind.message, null, "email"), "ada", "old")
                        .done())
                .isGreaterThanOrEqualTo(3);
        assertThat(outbox.list(reader, 10, null)).extracting(Message::status).containsOnly("dropped");
    }

    @Test
    void anErrorIsToldInShortAndWithoutSecrets() {
        assertThat(Failures.shortened(
                        "refused for ada@example.org, password=hunter22 Authorization: Bearer abc.def-123\nat io.x"))
                .doesNotContain("ada@", "hunter22", "abc.def", "io.x")
                .startsWith("refused for ***");
        assertThat(Failures.shortened("to +491701234567 with {\"api_key\":\"s3cr3t-value\"}"))
                .doesNotContain("1701234567", "s3cr3t");
        assertThat(Failures.shortened("x".repeat(100_000))).hasSize(300);
        assertThat(Failures.shortened(null)).isEmpty();
    }

    // versions

    @Test
    void theSameDiagramAgainIsNoVersionAndSendsNothing() {
        var model = diagram("send reminder cart-reminder", "wait second P1D");
        assertThat(deploy(model)).isEqualTo(1);
        var customer = entered();
        scene.pass(Duration.ZERO);

        assertThat(deploy(model)).isEqualTo(1);
        scene.pass(Duration.ofHours(1));

        assertThat(templates(customer)).containsExactly("cart-reminder");
    }

    @Test
    void whoRunsStaysInTheirVersionUntilTheyAreMigrated() {
        deploy(diagram("wait first PT4H"));
        var old = entered();
        deploy(diagram("wait first PT4H", "send reminder cart-reminder"));
        var fresh = entered();

        assertThat(at(old)).containsExactly("first", "v1");
        assertThat(at(fresh)).containsExactly("first", "v2");
        scene.pass(Duration.ofHours(5));
        assertThat(templates(old)).isEmpty();
        assertThat(templates(fresh)).containsExactly("cart-reminder");
    }

    @Test
    void aMigrationIsPreviewedInWordsAndCarriedOutAsItWasPreviewed() {
        deploy(diagram("wait first PT4H", "send reminder cart-reminder", "wait second P1D", "wait third P2D"));
        var before = entered();
        var third = entered();
        scene.pass(Duration.ofHours(4));
        scene.pass(Duration.ofDays(1));
        var start = scene.clock.instant();
        before = entered();
        deploy(diagram("wait first PT6H", "send reminder cart-reminder", "wait second P1D"));

        var preview = versions.preview(KEY, 1, 2, Map.of(), 1);

        assertThat(preview.problems()).isEmpty();
        assertThat(preview.people()).isEqualTo(1);
        assertThat(preview.staying()).isEqualTo(2);
        assertThat(preview.stuck()).hasSize(1).allSatisfy(one -> assertThat(one.step())
                .isEqualTo("third"));
        assertThat(preview.steps())
                .extracting(Versions.Way::step, Versions.Way::to, Versions.Way::people)
                .containsExactly(
                        tuple("first", "first", 1L),
                        tuple("reminder", "reminder", 0L),
                        tuple("second", "second", 0L),
                        tuple("third", null, 2L));
        assertThat(preview.steps().get(0).says()).contains("was PT4H and is PT6H");
        assertThat(preview.steps().get(2).says()).contains("keeps its due date");
        assertThat(preview.steps().get(3).says()).contains("no such step");

        var wrong = preview.plan().replaceAll("[0-9]", "0");
        assertThatThrownBy(() -> migrations.begin(KEY, 1, 2, Map.of(), wrong, "ada", "because"))
                .isInstanceOf(Migrations.Refused.class);
        assertThatThrownBy(
                        () -> migrations.begin(KEY, 1, 2, Map.of("third", "second"), preview.plan(), "ada", "because"))
                .isInstanceOf(Migrations.Refused.class);

        var done = over(migrations.begin(KEY, 1, 2, Map.of(), preview.plan(), "ada", "because"));

        assertThat(done.total()).isEqualTo(3);
        assertThat(done.moved()).isEqualTo(1);
        assertThat(done.failed()).isEqualTo(2);
        assertThat(done.failures()).extracting(Migrations.Failed::customer).contains(third);
        assertThat(done.failures()).allSatisfy(one -> assertThat(one.why()).contains("third"));
        assertThat(at(before)).containsExactly("first", "v2");
        assertThat(due(before)).isEqualTo(start.plus(Duration.ofHours(6)));
        assertThat(at(third)).containsExactly("third", "v1");
    }

    @Test
    void aPlanThatFitsNoMoreIsRefused() {
        deploy(diagram("wait first PT4H", "wait second P1D"));
        entered();
        deploy(diagram("wait first PT4H"));
        var plan = versions.preview(KEY, 1, 2, Map.of(), 0).plan();
        scene.pass(Duration.ofHours(4));

        assertThatThrownBy(() -> migrations.begin(KEY, 1, 2, Map.of(), plan, "ada", "because"))
                .isInstanceOf(Migrations.Refused.class)
                .hasMessageContaining("previewed");
    }

    @Test
    void whatCannotBeMappedIsSaidInTheViewOfTheEngine() {
        deploy(diagram("wait first PT4H"));
        deploy(diagram("task call P1D"));

        var preview = versions.preview(KEY, 1, 2, Map.of("first", "call"), 0);

        assertThat(preview.problems()).isNotEmpty().allSatisfy(one -> assertThat(one)
                .contains("first to call"));
        assertThatThrownBy(() -> migrations.begin(KEY, 1, 2, Map.of("first", "call"), preview.plan(), "ada", "because"))
                .isInstanceOf(Migrations.Refused.class);
        assertThatThrownBy(() -> versions.preview(KEY, 1, 2, Map.of("nothing", "call"), 0))
                .isInstanceOf(Versions.Unusable.class);
        assertThatThrownBy(() -> versions.preview(KEY, 1, 99, Map.of(), 0)).isInstanceOf(Versions.Unusable.class);
    }

    @Test
    void aMigratedWaitKeepsItsDueDateAndNobodyIsSentTheSameAgain() {
        deploy(diagram("wait first PT4H", "send reminder cart-reminder", "wait second P1D", "send last cart-second"));
        var behind = entered();
        scene.pass(Duration.ofHours(4));
        var before = entered();
        var atTheSend = entered();
        management.executeJob(timer(atTheSend).getId());
        var dueBefore = due(before);
        var dueBehind = due(behind);
        deploy(diagram(
                "wait first PT4H",
                "send reminder cart-reminder",
                "wait second P1D",
                "send last cart-second",
                "wait end3 P1D"));

        assertThat(migrate(1, 2, Map.of()).moved()).isEqualTo(3);
        assertThat(at(atTheSend)).containsExactly("reminder", "v2");
        assertThat(due(before)).isEqualTo(dueBefore);
        assertThat(due(behind)).isEqualTo(dueBehind);

        // back to an earlier step
        scene.pass(Duration.ZERO);
        assertThat(templates(behind)).containsExactly("cart-reminder");
        deploy(diagram("wait first PT4H", "send reminder cart-reminder", "wait second P1D", "send last cart-second"));
        assertThat(migrate(2, 3, Map.of("second", "first")).moved()).isEqualTo(3);
        assertThat(at(behind)).containsExactly("first", "v3");
        scene.pass(Duration.ofDays(1));
        assertThat(at(behind)).containsExactly("second", "v3");
        assertThat(List.of(before, behind, atTheSend))
                .allSatisfy(one -> assertThat(templates(one)).containsExactly("cart-reminder"));

        // back to before the same message under another name of its step; new content is new
        deploy(diagram(
                "wait first PT4H",
                "send renamed cart-reminder",
                "send added price-watch",
                "wait second P1D",
                "send last cart-second"));
        assertThat(migrate(3, 4, Map.of("second", "first")).moved()).isEqualTo(3);
        scene.pass(Duration.ofDays(2));
        scene.pass(Duration.ofDays(2));
        assertThat(List.of(before, behind, atTheSend)).allSatisfy(one -> assertThat(templates(one))
                .containsExactly("cart-reminder", "cart-second", "price-watch"));
    }

    @Test
    void thePolicyOfTheNewVersionHoldsAfterAMigration() {
        deploy(withGoal(diagram("wait first PT4H"), "purchased"));
        var customer = entered();
        deploy(withGoal(diagram("wait first PT4H"), "reviewed"));
        migrate(1, 2, Map.of());

        scene.follow(customer, "tell:purchased");
        assertThat(at(customer)).containsExactly("first", "v2");
        scene.follow(customer, "tell:reviewed");
        assertThat(scene.journey(customer).outcome()).isEqualTo("goal: reviewed");
    }

    @Test
    void aPersonsTaskIsMigratedWithItsTimer() {
        deploy(diagram("task call P3D"));
        var customer = entered();
        var due = due(customer);
        deploy(diagram("task phone P5D"));

        assertThat(migrate(1, 2, Map.of("call", "phone")).moved()).isEqualTo(1);

        assertThat(at(customer)).containsExactly("phone", "v2");
        assertThat(due(customer)).isEqualTo(due.plus(Duration.ofDays(2)));
    }

    @Test
    void aVersionIsEndedAndTheOtherGoesOn() {
        deploy(diagram("wait first PT4H"));
        var old = List.of(entered(), entered());
        deploy(diagram("wait first PT5H"));
        var fresh = entered();

        var done = over(migrations.end(KEY, 1, "ada", "it was wrong"));

        assertThat(done.moved()).isEqualTo(2);
        assertThat(old)
                .allSatisfy(one -> assertThat(scene.journey(one).outcome()).isEqualTo("ended by ada: it was wrong"));
        assertThat(at(fresh)).containsExactly("first", "v2");
        assertThatThrownBy(() -> migrations.end(KEY, 99, "ada", "no")).isInstanceOf(Versions.Unusable.class);
    }

    @Test
    void aMigrationThatANodeLeftIsTakenUpByAnother() {
        deploy(diagram("wait first PT4H"));
        var people = IntStream.range(0, 60).mapToObj(n -> entered()).toList();
        deploy(diagram("wait first PT4H", "wait second P1D"));
        var plan = versions.preview(KEY, 1, 2, Map.of(), 0).plan();
        // held by a node that is gone
        var begun = transactions.execute(status -> {
            var migration = migrations.begin(KEY, 1, 2, Map.of(), plan, "ada", "because");
            jdbc.update(
                    "update journey_migration set alive_until = current_timestamp + interval '1' hour where id = ?",
                    migration.id());
            return migration;
        });
        migrations.work();
        assertThat(migrations.find(begun.id()).orElseThrow().moved()).isZero();
        assertThatThrownBy(() -> migrations.end(KEY, 1, "ada", "too")).isInstanceOf(Migrations.Refused.class);

        jdbc.update(
                "update journey_migration set alive_until = current_timestamp - interval '1' minute where id = ?",
                begun.id());

        assertThat(over(begun).moved()).isEqualTo(60);
        assertThat(people).allSatisfy(one -> assertThat(at(one)).containsExactly("first", "v2"));
    }

    @Test
    void whatANewVersionHasNoMoreIsToldWithWhoStandsThere() {
        deploy(diagram("wait first PT4H"));
        entered();
        entered();
        deploy(diagram("wait other PT4H"));

        assertThat(versions.missing(versions.definition(KEY, 2).orElseThrow())).containsExactly(Map.entry("first", 2L));
    }
}
