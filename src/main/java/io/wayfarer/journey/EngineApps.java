package io.wayfarer.journey;

import io.swagger.v3.oas.annotations.Hidden;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The settings that Tasklist, Cockpit and Admin ask for when they start: ours for all of them, instead of their own. */
@RestController
@Hidden
class EngineApps {

    @GetMapping("/camunda/app/{app}/scripts/config.js")
    ResponseEntity<Resource> settings() {
        return ResponseEntity.ok()
                .contentType(new MediaType("text", "javascript"))
                .cacheControl(CacheControl.noCache())
                .body(new ClassPathResource("pages/engine-apps.js"));
    }
}
