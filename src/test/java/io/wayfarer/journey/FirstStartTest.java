package io.wayfarer.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.camunda.bpm.engine.AuthorizationService;
import org.camunda.bpm.engine.FilterService;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.ProcessEngineException;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.repository.ProcessDefinition;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionOperations;

/** What the engine holds once it is up, and what it does not do. */
@EngineContext
@ExtendWith(OutputCaptureExtension.class)
class FirstStartTest {

    @Autowired
    private Operations operations;

    @Autowired
    private Versions versions;

    @Autowired
    private People people;

    @Autowired
    private IdentityService identities;

    @Autowired
    private AuthorizationService authorizations;

    @Autowired
    private FilterService filters;

    @Autowired
    private TaskService tasks;

    @Autowired
    private RepositoryService repository;

    @Autowired
    private TransactionOperations transactions;

    @Autowired
    private ProcessEngineConfigurationImpl engine;

    @Autowired
    private JdbcTemplate jdbc;

    @Test
    void theAdministratorSignsInWithThePasswordThatWasSet() {
        assertThat(people.check("admin", "test-password"))
                .hasValueSatisfying(admin -> assertThat(admin.groups()).containsExactly(People.ADMINISTRATORS));
        assertThat(people.check("admin", "test-passwor")).isEmpty();
        assertThat(people.check("admin", "")).isEmpty();
        assertThat(people.check("admin", null)).isEmpty();
        assertThat(people.check("nobody", "test-password")).isEmpty();
        assertThat(people.check("admin", "x".repeat(1_000_000))).isEmpty();
    }

    @Test
    void guessesDoNotLockTheAdministratorOut() {
        for (int guess = 0; guess < 12; guess++) {
            people.check("admin", "guess " + guess);
        }
        assertThat(people.check("admin", "test-password")).isPresent();
    }

    @Test
    void ofAPasswordOnlyABcryptHashIsKept() {
        assertThat(jdbc.queryForObject("select pwd_ from act_id_user where id_ = 'admin'", String.class))
                .startsWith("{bcrypt-sha256}$2")
                .doesNotContain("test-password");
    }

    @Test
    void aNewPasswordInTheSettingsReplacesTheOldOne() {
        try {
            start("another password, longer than the seventy-two bytes that bcrypt reads of one: " + "x".repeat(80));
            assertThat(people.check("admin", "test-password")).isEmpty();
            assertThat(people.check(
                            "admin",
                            "another password, longer than the seventy-two bytes that bcrypt reads of one: "
                                    + "x".repeat(80)))
                    .isPresent();
            assertThat(people.check(
                            "admin",
                            "another password, longer than the seventy-two bytes that bcrypt reads of one: "
                                    + "x".repeat(79)))
                    .isEmpty();
        } finally {
            start("test-password");
        }
        assertThat(people.check("admin", "test-password")).isPresent();
    }

    @Test
    void withoutOneInTheSettingsAPasswordIsMadeAndPrintedOnce(CapturedOutput output) {
        identities.deleteUser("admin");
        try {
            start("");
            start("");
            var printed = output.getOut()
                    .lines()
                    .filter(line -> line.contains("The password of admin is "))
                    .toList();
            assertThat(printed).hasSize(1);
            var password = printed.get(0).replaceFirst(".*The password of admin is (\\S+) .*", "$1");
            assertThat(password).hasSizeGreaterThanOrEqualTo(20);
            assertThat(people.check("admin", password)).isPresent();
        } finally {
            start("test-password");
        }
    }

    @Test
    void aSecondStartChangesNothing() {
        var authorizationsBefore = authorizations.createAuthorizationQuery().count();
        start("test-password");

        assertThat(authorizations.createAuthorizationQuery().count()).isEqualTo(authorizationsBefore);
        assertThat(filters.createFilterQuery().count()).isEqualTo(3);
        assertThat(identities.createUserQuery().count()).isEqualTo(1);
    }

    @Test
    void anUnchangedDiagramIsNotDeployedAgain() {
        new Diagrams(repository, operations, versions, new ObjectMapper(), "", "", "classpath:processes/messages/*.liquid")
                .afterSingletonsInstantiated();

        assertThat(repository.createProcessDefinitionQuery().list())
                .extracting(ProcessDefinition::getVersion)
                .containsOnly(1);
        assertThat(repository.createDeploymentQuery().count())
                .isEqualTo(repository.createProcessDefinitionQuery().count());
    }

    @Test
    void aDiagramReachesNoBeanButTheStepsThatAreMeantForIt() {
        var diagram = Bpmn.createExecutableProcess("reaching")
                .camundaHistoryTimeToLive(1)
                .startEvent()
                .serviceTask()
                .camundaExpression("${jdbcTemplate}")
                .endEvent()
                .done();
        assertFails(diagram, "jdbcTemplate");
    }

    @Test
    void aDiagramRunsNoScript() {
        for (var language : new String[] {"javascript", "groovy", "juel", "feel"}) {
            var diagram = Bpmn.createExecutableProcess("scripting")
                    .camundaHistoryTimeToLive(1)
                    .startEvent()
                    .scriptTask()
                    .scriptFormat(language)
                    .scriptText("1")
                    .endEvent()
                    .done();
            assertFails(diagram, language);
        }
    }

    @Test
    void theSettingsThatCloseTheEngineReachIt() {
        assertThat(engine.isAuthorizationEnabled()).isTrue();
        assertThat(engine.isEnableExpressionsInAdhocQueries()).isFalse();
        assertThat(engine.isEnableExpressionsInStoredQueries()).isFalse();
        assertThat(engine.isDeserializationTypeValidationEnabled()).isTrue();
        assertThat(engine.isJavaSerializationFormatEnabled()).isFalse();
        assertThat(engine.isEnableXxeProcessing()).isFalse();
        assertThat(engine.isConfigureScriptEngineHostAccess()).isFalse();
        assertThat(engine.isCmmnEnabled()).isFalse();
        assertThat(engine.isDmnEnabled()).isFalse();
        assertThat(engine.isStandaloneTasksEnabled()).isFalse();
        assertThat(engine.isMetricsEnabled()).isFalse();
        assertThat(engine.isJdbcBatchProcessing()).isTrue();
        assertThat(engine.getHistoryLevel().getName()).isEqualTo("activity");
        assertThat(engine.getFailedJobRetryTimeCycle()).isEqualTo("R5/PT1M");
    }

    private void start(String password) {
        new FirstStart(identities, authorizations, filters, tasks, transactions, password)
                .afterSingletonsInstantiated();
    }

    private void assertFails(org.camunda.bpm.model.bpmn.BpmnModelInstance diagram, String because) {
        var deployment = repository
                .createDeployment()
                .addModelInstance("hostile.bpmn", diagram)
                .deployWithResult();
        try {
            var process = deployment.getDeployedProcessDefinitions().get(0).getId();
            org.assertj.core.api.Assertions.assertThatThrownBy(
                            () -> engine.getRuntimeService().startProcessInstanceById(process))
                    .isInstanceOf(ProcessEngineException.class)
                    .hasMessageContaining(because);
        } finally {
            repository.deleteDeployment(deployment.getId(), true);
        }
    }
}
