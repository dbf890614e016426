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
        setup.leftover(1).run();
        setup.idleTimer().run();
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
        setup.leftover(1).run();
        assertEquals(0b1001, calls.mask[0]);
        assertEquals(0, calls.mask[15]);
        assertTrue(setup.outcomes().stream().allMatch(Outcome::applied), setup.outcomes()::toString);
    }

    @Test
    void shouldLetCaptureAndPublishGoBeforeARegionWhereTheFrameThreadDoes() {
        ThreadSetup setup = new ThreadSetup(new Tuning(true, false, 40), system);
        setup.shortTurns().run();
        assertEquals(0b1001, calls.mask[0]);
        assertEquals(List.of(1, 41), List.of(calls.policy, calls.priority));
        calls.priority = 0;
        setup.leftover(1).run();
        assertEquals(0, calls.priority, "a region takes the time that is left");
    }

    @Test
    void shouldLeaveARegionWhereThereIsTimeWhenFramesHaveTwoCores() {
        ThreadSetup setup = new ThreadSetup(new Tuning(true, false, 40), system);
        setup.leftover(2).run();
        assertEquals(0, calls.mask.length, "any core");
        assertEquals(List.of(5, 0), List.of(calls.policy, calls.priority), "when nobody else wants to");
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
