package io.wayfarer.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GroupCommitTest {

    private static final int MOST = 5;

    private final List<List<Integer>> commits = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch firstMayEnd = new CountDownLatch(1);
    private final GroupCommit<Integer, String> group = new GroupCommit<>(MOST, this::commit);
    private final ExecutorService callers = Executors.newCachedThreadPool();

    @AfterEach
    void end() {
        callers.shutdownNow();
    }

    /** The first one takes until it is let go; negative numbers cannot be committed. */
    private List<String> commit(List<Integer> numbers) {
        if (commits.isEmpty()) {
            commits.add(List.copyOf(numbers));
            try {
                firstMayEnd.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        } else {
            commits.add(List.copyOf(numbers));
        }
        if (numbers.stream().anyMatch(number -> number < 0)) {
            throw new IllegalArgumentException("negative");
        }
        return numbers.stream().map(number -> "became " + number).toList();
    }

    @Test
    void oneAloneIsCommittedAtOnce() {
        firstMayEnd.countDown();
        assertThat(group.bring(7)).isEqualTo("became 7");
        assertThat(commits).containsExactly(List.of(7));
    }

    @Test
    void thoseWhoComeMeanwhileAreCommittedTogetherAndEachGetsItsOwnAnswer() throws Exception {
        var answers =
                bringWhileOneIsUnderWay(IntStream.rangeClosed(1, 4).boxed().toList());
        for (int i = 0; i < answers.size(); i++) {
            assertThat(answers.get(i).get()).isEqualTo("became " + (i + 1));
        }
        assertThat(commits).hasSize(2);
        assertThat(commits.get(1)).containsExactlyInAnyOrder(1, 2, 3, 4);
    }

    @Test
    void neverMoreThanTheLimitTogether() throws Exception {
        var answers =
                bringWhileOneIsUnderWay(IntStream.rangeClosed(1, 12).boxed().toList());
        for (var answer : answers) {
            answer.get();
        }
        assertThat(commits).hasSize(4).allSatisfy(commit -> assertThat(commit).hasSizeLessThanOrEqualTo(MOST));
        assertThat(commits.stream().flatMap(List::stream))
                .doesNotHaveDuplicates()
                .hasSize(13);
    }

    @Test
    void whatCannotBeCommittedFailsAloneAndKeepsNobodyFromIt() throws Exception {
        var answers = bringWhileOneIsUnderWay(List.of(1, -2, 3));
        assertThat(answers.get(0).get()).isEqualTo("became 1");
        assertThatThrownBy(() -> answers.get(1).get()).hasRootCauseMessage("negative");
        assertThat(answers.get(2).get()).isEqualTo("became 3");
        assertThat(group.bring(5)).isEqualTo("became 5");
    }

    private List<Future<String>> bringWhileOneIsUnderWay(List<Integer> numbers) {
        callers.submit(() -> group.bring(0));
        await().until(() -> commits.size() == 1);
        var answers = numbers.stream()
                .map(number -> callers.submit(() -> group.bring(number)))
                .toList();
        await().until(() -> group.waiting() == numbers.size());
        firstMayEnd.countDown();
        return answers;
    }
}
