package io.wayfarer.ingest;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.spring.boot.CamelContextConfiguration;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.stereotype.Component;

/**
 * Loads the routes from {@code wayfarer.routes}, patterns such as {@code classpath:routes/*.camel.yaml}. Camel could look
 * for them by itself, but would unpack the whole jar to do so, which takes seconds at each start.
 */
@Component
class Routes implements CamelContextConfiguration {

    private final List<String> patterns;

    Routes(@Value("${wayfarer.routes}") List<String> patterns) {
        this.patterns = patterns;
    }

    @Override
    public void beforeApplicationStart(CamelContext camel) {
        try {
            var files = new ArrayList<Resource>();
            for (var pattern : patterns) {
                for (var file : new PathMatchingResourcePatternResolver().getResources(pattern)) {
                    files.add(ResourceHelper.fromBytes(file.getFilename(), file.getContentAsByteArray()));
                }
            }
            PluginHelper.getRoutesLoader(camel).loadRoutes(files);
        } catch (IOException e) {
            throw new IllegalStateException("wayfarer.routes: " + patterns + " cannot be read", e);
        } catch (Exception e) {
            throw new IllegalStateException("a route cannot be loaded: " + e.getMessage(), e);
        }
    }

    @Override
    public void afterApplicationStart(CamelContext camel) {}
}
