package org.flatgaze.runtime.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ThreadSetupTest {

    private final FakeCalls calls = new FakeCalls();
    private SystemTuning system;

    @TempDir
    private Path folder;

    @BeforeEach
    void openASystemWithHugePages() throws IOException {
        hugePages("[always] madvise never");
    }

    private void hugePages(String mode) throws IOException {
        Path file = Files.writeString(folder.resolve("enabled"), mode);
        system = new SystemTuning(calls, file, false);
    }

    @Test
    void shouldAskNothingWhenNothingIsWanted() {
        ThreadSetup setup = new ThreadSetup(Tuning.NONE, system);
        setup.process();
        setup.ownCore(0).run();
        setup.leftover().run();
        setup.idleTimers().forEach(Runnable::run);
        setup.shortTurns().run();
        assertEquals(List.of(), List.copyOf(setup.outcomes()));
        assertEquals(0, calls.mask.length);
    }

    @Test
    void shouldGiveTheFrameThreadTheLastCoreAndTheOthersTheRest() {
        ThreadSetup setup = new ThreadSetup(new Tuning(true, true, 0), system);
        setup.process();
        setup.ownCore(0).run();
        assertEquals(Long.MIN_VALUE, calls.mask[15], "core 1023 alone");
        assertEquals(0, calls.mask[0]);
        setup.leftover().run();
        assertEquals(0b1001, calls.mask[0]);
        assertEquals(0, calls.mask[15]);
        assertTrue(setup.outcomes().stream().allMatch(Outcome::applied), setup.outcomes()::toString);
    }

    @Test
    void shouldLetCaptureAndPublishGoBeforeFramesAndFramesBeforeARegion() {
        ThreadSetup setup = new ThreadSetup(new Tuning(true, false, 40), system);
        setup.shortTurns().run();
        assertEquals(0b1001, calls.mask[0]);
        assertEquals(List.of(1, 40), List.of(calls.policy, calls.priority));
        setup.ownCore(0).run();
        assertEquals(39, calls.priority);
        calls.priority = 0;
        setup.leftover().run();
        assertEquals(0, calls.priority, "a region takes the time that is left");
        new ThreadSetup(new Tuning(false, false, 1), system).ownCore(0).run();
        assertEquals(1, calls.priority);
    }

    @Test
    void shouldKeepTheOthersOffTheCoresOfFrameThreadsWhileThereAreOthers() {
        ThreadSetup setup = new ThreadSetup(new Tuning(true, false, 0), system);
        setup.frameThreads(3);
        setup.shortTurns().run();
        assertEquals(1, calls.mask[0], "of the cores 0, 3, 64 and 1023");
        assertEquals(0, calls.mask[1]);
        calls.mask = new long[0];
        setup.frameThreads(4);
        setup.shortTurns().run();
        assertEquals(0, calls.mask.length, "any core");
    }

    @Test
    void shouldPutAnIdleTimerOnEachCoreOnlyWhereItGoesBeforeOurThreads() {
        ThreadSetup setup = new ThreadSetup(new Tuning(false, false, 40), system);
        List<Runnable> timers = setup.idleTimers();
        assertEquals(4, timers.size());
        timers.getFirst().run();
        assertEquals(41, calls.priority);
        assertEquals(1, calls.mask[0], "core 0 alone");
        calls.mask = new long[0];
        calls.answer = -1;
        timers.getFirst().run();
        assertEquals(0, calls.mask.length, "not permitted, so not pinned either");
        assertEquals(1, new ThreadSetup(Tuning.NONE, system).idleTimers().size());
    }

    @Test
    void shouldPutARegionBehindFramesThatHaveAllCoresUnlessTheyGoFirstAnyway() {
        ThreadSetup setup = new ThreadSetup(Tuning.NONE, system);
        setup.leftover().run();
        assertEquals(0, calls.nice);
        setup.frameThreads(4);
        setup.leftover().run();
        assertEquals(19, calls.nice);
        calls.nice = 0;
        ThreadSetup first = new ThreadSetup(new Tuning(false, false, 40), system);
        first.frameThreads(4);
        first.leftover().run();
        assertEquals(0, calls.nice);
    }

    @Test
    void shouldGoOnAndSayTheRemedyWhenNothingIsGranted() throws IOException {
        hugePages("always madvise [never]");
        ThreadSetup setup = new ThreadSetup(new Tuning(true, true, 50), system);
        calls.answer = -1;
        setup.process();
        setup.ownCore(0).run();
        assertTrue(setup.outcomes().size() >= 3, setup.outcomes()::toString);
        for (Outcome outcome : setup.outcomes()) {
            assertTrue(outcome.text().contains("not permitted; "), outcome::text);
        }
    }
}
