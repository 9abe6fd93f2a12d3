package io.wayfarer.ingest.http;

import io.wayfarer.ingest.Sources;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.component.platform.http.PlatformHttpConstants;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.spi.PlatformHttpEngine;
import org.apache.camel.component.platform.http.springboot.SpringBootPlatformHttpEngine;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.MethodParameter;
import org.springframework.core.Ordered;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.UrlBasedCorsConfigurationSource;
import org.springframework.web.filter.CorsFilter;
import org.springframework.web.method.support.HandlerMethodReturnValueHandler;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;

/** What stands in front of the HTTP ways in. */
@Configuration
@EnableConfigurationProperties(Sources.class)
public class HttpWays {

    public static final String COLLECTOR = "/v1/";
    public static final String PERSONALISE = COLLECTOR + "personalise";
    public static final String INBOX = COLLECTOR + "inbox";
    public static final String PUSH_KEY = COLLECTOR + "push/key";
    public static final String WEBHOOKS = "/webhooks/";
    static final String EVENTS = "/events";
    /** What a page reads. */
    static final Set<String> READ = Set.of(PERSONALISE, INBOX, PUSH_KEY);

    /**
     * Routes run in the web server's own threads: Camel would otherwise take whichever thread pool it finds, the process
     * engine's among them, and queue or refuse calls in it.
     */
    @Bean(PlatformHttpConstants.PLATFORM_HTTP_ENGINE_NAME)
    PlatformHttpEngine platformHttpEngine(@Value("${server.port}") int port) {
        return new SpringBootPlatformHttpEngine(port, Runnable::run);
    }

    /** For Spring a route is a method that answers later, and each call would be dispatched twice. */
    @Bean
    static BeanPostProcessor answeredAtOnce() {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                if (bean instanceof RequestMappingHandlerAdapter adapter) {
                    var handlers = new ArrayList<HandlerMethodReturnValueHandler>();
                    handlers.add(new AnsweredAtOnce());
                    handlers.addAll(adapter.getReturnValueHandlers());
                    adapter.setReturnValueHandlers(handlers);
                }
                return bean;
            }
        };
    }

    /** What a route returns is complete: it ran in this thread. */
    private static final class AnsweredAtOnce implements HandlerMethodReturnValueHandler {

        @Override
        public boolean supportsReturnType(MethodParameter type) {
            return PlatformHttpConsumer.class.isAssignableFrom(type.getContainingClass());
        }

        @Override
        public void handleReturnValue(
                Object answer, MethodParameter type, ModelAndViewContainer container, NativeWebRequest request)
                throws Exception {
            container.setRequestHandled(true);
            ((CompletableFuture<?>) answer).get();
        }
    }

    /** Any site may send to the collector; a write key is no secret, and no cookie is looked at. */
    @Bean
    FilterRegistrationBean<CorsFilter> collectorCors(@Value("${wayfarer.collector.origins}") List<String> origins) {
        var cors = new CorsConfiguration();
        cors.setAllowedOriginPatterns(origins);
        cors.setAllowedMethods(List.of("GET", "POST"));
        cors.setAllowedHeaders(List.of("Authorization", "Content-Type", "Content-Encoding"));
        cors.setExposedHeaders(List.of("Retry-After"));
        cors.setMaxAge(86_400L);
        var paths = new UrlBasedCorsConfigurationSource();
        paths.registerCorsConfiguration(COLLECTOR + "**", cors);
        var registration = new FilterRegistrationBean<>(new CorsFilter(paths));
        registration.addUrlPatterns(COLLECTOR + "*");
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 100);
        return registration;
    }

    @Bean
    FilterRegistrationBean<HeldBody> heldBody() {
        var registration = new FilterRegistrationBean<>(new HeldBody());
        registration.addUrlPatterns(COLLECTOR + "*", WEBHOOKS + "*", EVENTS);
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 101);
        return registration;
    }
}
