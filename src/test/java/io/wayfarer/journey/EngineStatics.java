package io.wayfarer.journey;

import io.wayfarer.time.ProductClock;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.ProcessEngines;
import org.joda.time.DateTimeUtils;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/**
 * The engine keeps its clock, and which engine answers over HTTP, in static fields: while a test runs they are those of the
 * test's own context, whatever other contexts are cached beside it.
 */
class EngineStatics implements BeforeEachCallback, AfterEachCallback {

    @Override
    public void beforeEach(ExtensionContext test) {
        var context = SpringExtension.getApplicationContext(test);
        ProcessEngines.registerProcessEngine(context.getBean(ProcessEngine.class));
        var clock = context.getBean(ProductClock.class);
        DateTimeUtils.setCurrentMillisProvider(clock::millis);
    }

    @Override
    public void afterEach(ExtensionContext test) {
        DateTimeUtils.setCurrentMillisSystem();
    }
}
