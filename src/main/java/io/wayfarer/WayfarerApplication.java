package io.wayfarer;

import io.wayfarer.learn.LearnTextCommand;
import io.wayfarer.learn.TrainCommand;
import java.util.Arrays;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts Wayfarer: the HTTP endpoints, the routes, the rules, the processes and the pages; or runs one command of it. */
@SpringBootApplication
public class WayfarerApplication {

    public static void main(String[] args) {
        switch (args.length == 0 ? "" : args[0]) {
            case "train" -> System.exit(TrainCommand.run(Arrays.copyOfRange(args, 1, args.length)));
            case "learn-text" -> System.exit(LearnTextCommand.run(Arrays.copyOfRange(args, 1, args.length)));
            default -> SpringApplication.run(WayfarerApplication.class, args);
        }
    }
}
