package io.wayfarer.journey;

import static org.assertj.core.api.Assertions.assertThat;

import io.wayfarer.ingest.Event;
import io.wayfarer.profile.Customers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** The building blocks that no shipped diagram uses yet, each in a diagram of its own in the real engine. */
@EngineContext
class BlocksTest {

    @Autowired
    private Scene scene;

    @Autowired
    private RepositoryService repository;

    @Autowired
    private Customers customers;

    private final List<String> deployed = new ArrayList<>();
    private UUID customer;

    @AfterEach
    void theDiagramGoes() {
        deployed.forEach(deployment -> repository.deleteDeployment(deployment, true));
    }

    @BeforeEach
    void somebodyIsThere() {
        scene.begin();
        var user = "user-" + UUID.randomUUID();
        scene.happened(user, "Consent Changed", Map.of("topic", "marketing", "granted", true));
        customer = scene.customer(user);
    }

    /** Goes through a diagram of this block alone, and works off what it put into the inbox. */
    private Event happens(String delegate, Map<String, String> fields) {
        var step = Bpmn.createExecutableProcess("test-block")
                .camundaHistoryTimeToLiveString("P1D")
                .startEvent()
                .serviceTask("block")
                .camundaDelegateExpression("${" + delegate + "}");
        fields.forEach(step::camundaInputParameter);
        deployed.add(repository
                .createDeployment()
                .addModelInstance("test-block.bpmn", step.endEvent("end").done())
                .deploy()
                .getId());
        scene.follow(customer, "start:test-block");
        assertThat(scene.journey(customer).ended()).isNotNull();
        var events = scene.work();
        assertThat(events).hasSize(1);
        return events.get(0);
    }

    @Test
    void aTraitIsChangedByAnEvent() {
        var event = happens("changeTrait", Map.of("trait", "vip", "value", "yes"));

        assertThat(event.name()).isEqualTo("Identified");
        assertThat(event.source()).isEqualTo("journey");
        assertThat(customers.find(customer).orElseThrow().trait("vip")).isEqualTo("yes");
    }

    @Test
    void consentIsWithdrawnByAnEvent() {
        assertThat(customers.find(customer).orElseThrow().consentsTo("marketing"))
                .isTrue();

        var event = happens("withdrawConsent", Map.of("topic", "marketing"));

        assertThat(event.name()).isEqualTo("Consent Changed");
        assertThat(event.text("proof")).startsWith("journey ");
        assertThat(customers.find(customer).orElseThrow().refuses("marketing")).isTrue();
    }

    @Test
    void anAwardIsAnEvent() {
        var event = happens("giveAward", Map.of("award", "loyal-hiker", "points", "50"));

        assertThat(event.name()).isEqualTo("Award Given");
        assertThat(event.properties()).isEqualTo(Map.of("award", "loyal-hiker", "points", 50));
    }

    @Test
    void theSameStepInAnotherJourneyIsAnotherEvent() {
        var first = happens("giveAward", Map.of("award", "loyal-hiker", "points", "50"));
        scene.follow(customer, "start:test-block");

        assertThat(scene.work()).singleElement().satisfies(second -> assertThat(second.id())
                .isNotEqualTo(first.id()));
    }
}
