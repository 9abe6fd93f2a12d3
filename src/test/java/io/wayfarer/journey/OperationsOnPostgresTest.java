package io.wayfarer.journey;

import io.wayfarer.Databases;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

@EngineContext
@DirtiesContext
class OperationsOnPostgresTest extends OperationsContract {

    @DynamicPropertySource
    static void postgres(DynamicPropertyRegistry properties) {
        var url = Databases.postgresUrl();
        properties.add("spring.datasource.url", () -> url);
        properties.add("spring.datasource.username", () -> "postgres");
    }
}
