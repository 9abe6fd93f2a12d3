package io.wayfarer.ingest;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * Has what several threads bring at the same moment committed together: while one transaction is under way, those who come
 * wait, and the first of them commits for all. Nobody waits for company that is not there yet.
 *
 * @param <T> what one thread brings
 * @param <R> what became of it
 */
final class GroupCommit<T, R> {

    private final class Brought {

        private final T what;
        private R result;
        private RuntimeException failure;
        private boolean done;

        Brought(T what) {
            this.what = what;
        }

        void commitAlone() {
            try {
                done(commit.apply(List.of(what)).get(0));
            } catch (RuntimeException e) {
                failure = e;
                done = true;
            }
        }

        void done(R became) {
            result = became;
            done = true;
        }
    }

    private final int most;
    private final Function<List<T>, List<R>> commit;
    private final Queue<Brought> waiting = new ConcurrentLinkedQueue<>();
    private final ReentrantLock underWay = new ReentrantLock();

    /**
     * @param most how many are committed together at most
     * @param commit commits all or, when it throws, none; answers for each, in order, what became of it
     */
    GroupCommit(int most, Function<List<T>, List<R>> commit) {
        this.most = most;
        this.commit = commit;
    }

    /** Returns when it is committed. What is wrong with it is thrown to the one who brought it, and to nobody else. */
    R bring(T what) {
        var mine = new Brought(what);
        waiting.add(mine);
        underWay.lock();
        try {
            // those who came before are first; one who held the lock before may have committed this one too
            while (!mine.done) {
                commitWaiting();
            }
        } finally {
            underWay.unlock();
        }
        if (mine.failure != null) {
            throw mine.failure;
        }
        return mine.result;
    }

    /** How many wait for the one that is under way. */
    int waiting() {
        return waiting.size();
    }

    private void commitWaiting() {
        var group = new ArrayList<Brought>();
        for (Brought next; group.size() < most && (next = waiting.poll()) != null; ) {
            group.add(next);
        }
        if (group.size() == 1) {
            group.get(0).commitAlone();
            return;
        }
        try {
            var results =
                    commit.apply(group.stream().map(brought -> brought.what).toList());
            for (int i = 0; i < results.size(); i++) {
                group.get(i).done(results.get(i));
            }
        } catch (RuntimeException e) {
            // one of them cannot be committed, and must not keep the others from it
            group.forEach(Brought::commitAlone);
        }
    }
}
