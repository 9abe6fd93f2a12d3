package io.wayfarer.learn.model;

/** Is told how far a training is, on any of its threads, before each fit. */
@FunctionalInterface
public interface Progress {

    /**
     * @param step what begins now, in words
     * @param done from 0 to 1
     * @throws java.util.concurrent.CancellationException to end the training; fits that are running end by themselves, and are dropped
     */
    void at(String step, double done);
}
