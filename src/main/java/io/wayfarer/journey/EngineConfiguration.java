package io.wayfarer.journey;

import io.wayfarer.time.ProductClock;
import java.util.Map;
import javax.script.ScriptEngine;
import javax.script.ScriptEngineFactory;
import javax.script.ScriptEngineManager;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.impl.cfg.AbstractProcessEnginePlugin;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.el.JuelExpressionManager;
import org.camunda.bpm.engine.impl.jobexecutor.JobExecutor;
import org.camunda.bpm.engine.impl.scripting.engine.ScriptEngineResolver;
import org.camunda.bpm.spring.boot.starter.configuration.Ordering;
import org.joda.time.DateTimeUtils;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

/**
 * What of the engine cannot be set in application.yaml: its clock, what its diagrams may call, its passwords. The engine
 * uses the product's DataSource and transactions, as Camunda's starter does by itself.
 */
@Configuration
class EngineConfiguration {

    /** Between two looks for due timers, in real time, however fast the clock runs. */
    private static final long SHORTEST_WAIT_MILLIS = 100;

    @Bean
    @Order(Ordering.DEFAULT_ORDER + 1)
    EnginePlugin enginePlugin(
            ProductClock clock,
            SendMessage sendMessage,
            AskTheRules askTheRules,
            ShowCustomer showCustomer,
            ReportOutcome reportOutcome,
            Escalate escalate,
            UntilLocalTime untilLocalTime,
            Split split,
            ChangeTrait changeTrait,
            WithdrawConsent withdrawConsent,
            GiveAward giveAward) {
        return new EnginePlugin(
                clock,
                Map.of(
                        "sendMessage", sendMessage,
                        "askTheRules", askTheRules,
                        "showCustomer", showCustomer,
                        "reportOutcome", reportOutcome,
                        "escalate", escalate,
                        "untilLocalTime", untilLocalTime,
                        "split", split,
                        "changeTrait", changeTrait,
                        "withdrawConsent", withdrawConsent,
                        "giveAward", giveAward));
    }

    static final class EnginePlugin extends AbstractProcessEnginePlugin implements DisposableBean {

        private final ProductClock clock;
        private final Map<Object, Object> callable;

        EnginePlugin(ProductClock clock, Map<Object, Object> callable) {
            this.clock = clock;
            this.callable = callable;
        }

        @Override
        public void preInit(ProcessEngineConfigurationImpl engine) {
            // the engine reads its time through Joda alone, see org.camunda.bpm.engine.impl.util.ClockUtil
            DateTimeUtils.setCurrentMillisProvider(clock::millis);
            // the starter's own would let diagrams call every bean of the program
            engine.setExpressionManager(new JuelExpressionManager(callable));
            engine.setScriptEngineResolver(new NoScripts());
            engine.setPasswordEncryptor(new BcryptEncryptor());
        }

        @Override
        public void postInit(ProcessEngineConfigurationImpl engine) {
            follow(clock.speed(), engine.getJobExecutor());
        }

        @Override
        public void postProcessEngineBuild(ProcessEngine engine) {}

        @Override
        public void destroy() {
            DateTimeUtils.setCurrentMillisSystem();
        }
    }

    /** Locks are held in product time and must last as long in real time; due timers are to be found in time. */
    static void follow(double speed, JobExecutor executor) {
        executor.setLockTimeInMillis((int) Math.min(Integer.MAX_VALUE, executor.getLockTimeInMillis() * speed));
        executor.setMaxWait(Math.max(SHORTEST_WAIT_MILLIS, (long) (executor.getMaxWait() / speed)));
        executor.setWaitTimeInMillis((int) Math.min(executor.getWaitTimeInMillis(), executor.getMaxWait()));
    }

    /** Diagrams hold no scripts, whatever engines are on the class path. */
    private static final class NoScripts implements ScriptEngineResolver {

        private final ScriptEngineManager none = new ScriptEngineManager(ClassLoader.getPlatformClassLoader());

        @Override
        public void addScriptEngineFactory(ScriptEngineFactory factory) {}

        @Override
        public ScriptEngineManager getScriptEngineManager() {
            return none;
        }

        @Override
        public ScriptEngine getScriptEngine(String language, boolean fromCache) {
            return null;
        }
    }
}
