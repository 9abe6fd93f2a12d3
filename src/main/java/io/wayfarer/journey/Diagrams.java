package io.wayfarer.journey;

import java.io.IOException;
import java.util.List;
import org.camunda.bpm.engine.RepositoryService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.core.io.support.ResourcePatternResolver;
import org.springframework.stereotype.Component;

/**
 * Deploys the diagrams at the start, each with the form of the same name. One that has not changed stays as it is; one
 * that has gets a new version, and what is running goes on with the old one.
 */
@Component
class Diagrams implements SmartInitializingSingleton {

    private static final Logger log = LoggerFactory.getLogger(Diagrams.class);

    private final RepositoryService repository;
    private final String folder;
    private final ResourcePatternResolver files = new PathMatchingResourcePatternResolver();

    /** @param folder where the files are; blank for those in the jar */
    Diagrams(RepositoryService repository, @Value("${wayfarer.processes.dir}") String folder) {
        this.repository = repository;
        this.folder = folder.isBlank() ? "classpath:processes" : "file:" + folder;
    }

    @Override
    public void afterSingletonsInstantiated() {
        try {
            for (var diagram : files.getResources(folder + "/*.bpmn")) {
                deploy(diagram.getFilename().replaceFirst("\\.bpmn$", ""));
            }
        } catch (IOException e) {
            throw new IllegalStateException("the diagrams in " + folder + " cannot be read", e);
        }
    }

    private void deploy(String name) throws IOException {
        var deployment = repository.createDeployment().name(name).enableDuplicateFiltering(false);
        for (var file : List.of(name + ".bpmn", name + ".form")) {
            var resource = files.getResource(folder + "/" + file);
            if (resource.exists()) {
                try (var content = resource.getInputStream()) {
                    deployment.addInputStream(file, content);
                }
            }
        }
        var deployed = deployment.deployWithResult().getDeployedProcessDefinitions();
        if (deployed != null) {
            deployed.forEach(process -> log.info("{} is at version {}", process.getKey(), process.getVersion()));
        }
    }
}
