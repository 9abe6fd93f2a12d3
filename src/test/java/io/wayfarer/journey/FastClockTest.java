package io.wayfarer.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.wayfarer.time.ProductClock;
import java.time.Duration;
import java.util.Date;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.jobexecutor.DefaultJobExecutor;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.annotation.DirtiesContext;

/** The engine runs in product time, here a day in 20 seconds. */
@SpringBootTest(
        properties = {
            "spring.datasource.url=jdbc:h2:mem:fast;DB_CLOSE_DELAY=-1",
            "wayfarer.clock.speed=4320",
            "wayfarer.spine.workers=0",
            "server.port=0"
        })
@ExtendWith(EngineStatics.class)
@DirtiesContext
class FastClockTest {

    @Autowired
    private ProductClock clock;

    @Autowired
    private RepositoryService repository;

    @Autowired
    private RuntimeService runtime;

    @Autowired
    private ProcessEngineConfigurationImpl engine;

    @Test
    void aTimerOfAnHourFiresWithinSeconds() {
        repository
                .createDeployment()
                .addModelInstance(
                        "hour.bpmn",
                        Bpmn.createExecutableProcess("hour")
                                .camundaHistoryTimeToLive(1)
                                .startEvent()
                                .intermediateCatchEvent()
                                .timerWithDuration("PT1H")
                                .endEvent()
                                .done())
                .deploy();
        var began = clock.instant();
        runtime.startProcessInstanceByKey("hour");

        await().atMost(Duration.ofSeconds(10))
                .until(() -> runtime.createProcessInstanceQuery().count() == 0);

        assertThat(Duration.between(began, clock.instant())).isGreaterThanOrEqualTo(Duration.ofHours(1));
    }

    @Test
    void theEngineReadsTheProductClock() {
        var before = Date.from(clock.instant());
        var engines = ClockUtil.getCurrentTime();
        var after = Date.from(clock.instant());

        assertThat(engines).isBetween(before, after, true, true);
    }

    @Test
    void aLockLastsAsLongInRealTimeHoweverFastTheClock() {
        var lock = Duration.ofMillis(engine.getJobExecutor().getLockTimeInMillis());

        assertThat(clock.inRealTime(lock)).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void aLockNeverGetsAShorterTimeThanNoneByOverflow() {
        var executor = new DefaultJobExecutor();
        EngineConfiguration.follow(1_000_000, executor);

        assertThat(executor.getLockTimeInMillis()).isEqualTo(Integer.MAX_VALUE);
        assertThat(executor.getMaxWait()).isEqualTo(100);
        assertThat(executor.getWaitTimeInMillis()).isEqualTo(100);
    }
}
