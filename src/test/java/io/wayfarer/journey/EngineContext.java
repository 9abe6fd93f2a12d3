package io.wayfarer.journey;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;

/**
 * The whole program on an H2 in memory, with a clock that tests move, no workers, and a job executor that does nothing by
 * itself: tests say when a timer fires.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "spring.datasource.url=jdbc:h2:mem:journey;DB_CLOSE_DELAY=-1",
            "wayfarer.spine.workers=0",
            "wayfarer.admin.password=test-password",
            "camunda.bpm.job-execution.enabled=false"
        })
@ExtendWith(EngineStatics.class)
@Import({Scene.class, Scene.Cast.class})
@interface EngineContext {}
