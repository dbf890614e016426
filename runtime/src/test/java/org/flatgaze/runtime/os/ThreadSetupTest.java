package org.flatgaze.runtime.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
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
        system = new SystemTuning(calls, file, false, folder.resolve("latency"));
    }

    @Test
    void shouldAskOnlyForShortTurnsWhenNothingIsWanted() {
        ThreadSetup setup = new ThreadSetup(Tuning.NONE, system);
        setup.process();
        setup.ownCore(0).run();
        setup.leftover().run();
        assertTrue(setup.idleTimers().getFirst().getAsBoolean());
        assertEquals(List.of(), List.copyOf(setup.outcomes()));
        setup.shortTurns().run();
        assertEquals(1, setup.outcomes().size());
        assertEquals(100_000, calls.turn);
        assertEquals(0, calls.mask.length);
    }

    @Test
    void shouldKeepCoresAwakeOnlyWhenAsked() throws IOException {
        Path latency = Files.createFile(folder.resolve("latency"));
        new ThreadSetup(new Tuning(true, true, false, 40), system).process();
        assertEquals(0, Files.size(latency));
        ThreadSetup setup = new ThreadSetup(new Tuning(false, false, true, 0), system);
        setup.process();
        assertEquals(Integer.BYTES, Files.size(latency));
        assertEquals(
                "keep cores awake: applied (wake-up latency 0)",
                setup.outcomes().iterator().next().text());
    }

    @Test
    void shouldGiveTheFrameThreadTheLastCoreAndTheOthersTheRest() {
        ThreadSetup setup = new ThreadSetup(new Tuning(true, true, false, 0), system);
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
        ThreadSetup setup = new ThreadSetup(new Tuning(true, false, false, 40), system);
        setup.shortTurns().run();
        assertEquals(0b1001, calls.mask[0]);
        assertEquals(List.of(1, 40), List.of(calls.policy, calls.priority));
        assertEquals(0, calls.turn, "the real-time class knows no turns");
        setup.ownCore(0).run();
        assertEquals(39, calls.priority);
        calls.priority = 0;
        setup.leftover().run();
        assertEquals(0, calls.priority, "a region takes the time that is left");
    }

    @Test
    void shouldKeepTheOthersOffTheCoresOfFrameThreadsWhileThereAreOthers() {
        ThreadSetup setup = new ThreadSetup(new Tuning(true, false, false, 0), system);
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
    void shouldPutIdleTimersOnTheCoresOfFramesAndOneMoreOnlyWhereTheyGoFirst() {
        ThreadSetup setup = new ThreadSetup(new Tuning(false, false, false, 40), system);
        assertEquals(2, setup.idleTimers().size());
        setup.frameThreads(2);
        List<BooleanSupplier> timers = setup.idleTimers();
        assertEquals(3, timers.size());
        assertTrue(timers.get(2).getAsBoolean());
        assertEquals(41, calls.priority);
        assertEquals(0b1000, calls.mask[0], "core 3, before 64 and 1023");
        calls.mask = new long[0];
        calls.answer = -1;
        assertTrue(timers.get(0).getAsBoolean(), "one goes on wherever there is room");
        assertFalse(timers.get(1).getAsBoolean());
        assertEquals(0, calls.mask.length, "not permitted, so not pinned either");
        assertEquals(1, new ThreadSetup(Tuning.NONE, system).idleTimers().size());
    }

    @Test
    void shouldKeepTheOrderOfPrioritiesAtTheEnds() {
        for (int priority : new int[] {1, 2, 98, 99}) {
            ThreadSetup setup = new ThreadSetup(new Tuning(false, false, false, priority), system);
            setup.ownCore(0).run();
            int frame = calls.priority;
            setup.shortTurns().run();
            assertEquals(frame + 1, calls.priority);
            assertTrue(setup.idleTimers().getFirst().getAsBoolean());
            assertEquals(frame + 2, calls.priority);
        }
    }

    @Test
    void shouldPutARegionBehindEverybodyWhereFramesHaveAllCores() {
        ThreadSetup setup = new ThreadSetup(Tuning.NONE, system);
        setup.leftover().run();
        assertEquals(0, calls.nice);
        setup.frameThreads(4);
        setup.leftover().run();
        assertEquals(19, calls.nice);
        calls.nice = 0;
        ThreadSetup first = new ThreadSetup(new Tuning(false, false, false, 40), system);
        first.frameThreads(4);
        first.leftover().run();
        assertEquals(19, calls.nice);
    }

    @Test
    void shouldGoOnAndSayTheRemedyWhenNothingIsGranted() throws IOException {
        hugePages("always madvise [never]");
        ThreadSetup setup = new ThreadSetup(new Tuning(true, true, false, 50), system);
        calls.answer = -1;
        setup.process();
        setup.ownCore(0).run();
        assertTrue(setup.outcomes().size() >= 3, setup.outcomes()::toString);
        for (Outcome outcome : setup.outcomes()) {
            assertTrue(outcome.text().contains("not permitted; "), outcome::text);
        }
    }
}
