package io.wayfarer.ingest.segment;

import io.wayfarer.ingest.Fields;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** How the script for web pages is served: a browser asks again after an hour, and is told when nothing has changed. */
@Configuration
class CollectorScript implements WebMvcConfigurer {

    @Override
    public void addResourceHandlers(ResourceHandlerRegistry registry) {
        registry.addResourceHandler("/collector.js")
                .addResourceLocations("classpath:/static/")
                .setCacheControl(CacheControl.maxAge(Duration.ofHours(1)).cachePublic())
                // a jar's time says nothing of the script
                .setUseLastModified(false)
                .setEtagGenerator(CollectorScript::etag);
    }

    /** Weak, because the same content is served compressed and as it is. */
    private static String etag(Resource script) {
        try {
            return "W/\"" + Fields.hash(script.getContentAsString(StandardCharsets.UTF_8)) + '"';
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
