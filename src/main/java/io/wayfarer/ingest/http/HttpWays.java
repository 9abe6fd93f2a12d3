package io.wayfarer.ingest.http;

import io.wayfarer.ingest.Sources;
import java.util.List;
import org.apache.camel.component.platform.http.PlatformHttpConstants;
import org.apache.camel.component.platform.http.spi.PlatformHttpEngine;
import org.apache.camel.component.platform.http.springboot.SpringBootPlatformHttpEngine;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.UrlBasedCorsConfigurationSource;
import org.springframework.web.filter.CorsFilter;

/** What stands in front of the HTTP ways in. */
@Configuration
@EnableConfigurationProperties(Sources.class)
public class HttpWays {

    public static final String COLLECTOR = "/v1/";
    public static final String WEBHOOKS = "/webhooks/";
    static final String EVENTS = "/events";

    /**
     * Routes run in the web server's own threads: Camel would otherwise take whichever thread pool it finds, the process
     * engine's among them, and queue or refuse calls in it.
     */
    @Bean(PlatformHttpConstants.PLATFORM_HTTP_ENGINE_NAME)
    PlatformHttpEngine platformHttpEngine(@Value("${server.port}") int port) {
        return new SpringBootPlatformHttpEngine(port, Runnable::run);
    }

    /** Any site may send to the collector; a write key is no secret, and no cookie is looked at. */
    @Bean
    FilterRegistrationBean<CorsFilter> collectorCors(@Value("${wayfarer.collector.origins}") List<String> origins) {
        var cors = new CorsConfiguration();
        cors.setAllowedOriginPatterns(origins);
        cors.setAllowedMethods(List.of("POST"));
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
