package io.wayfarer;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts Wayfarer: the HTTP endpoints, the routes, the rules, the processes and the pages. */
@SpringBootApplication
public class WayfarerApplication {

    public static void main(String[] args) {
        SpringApplication.run(WayfarerApplication.class, args);
    }
}
