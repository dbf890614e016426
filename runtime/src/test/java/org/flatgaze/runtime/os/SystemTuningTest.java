package org.flatgaze.runtime.os;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SystemTuningTest {

    private final FakeCalls calls = new FakeCalls();
    private final SystemTuning tuning = new SystemTuning(calls);

    @Test
    void shouldListTheCoresOfTheMask() {
        assertArrayEquals(new int[] {0, 3, 64, 1023}, tuning.cores());
    }

    @Test
    void shouldSetTheBitsOfTheCores() {
        Outcome outcome = tuning.pinThread(1, 65);
        assertTrue(outcome.applied(), outcome::text);
        assertEquals(2, calls.mask[0]);
        assertEquals(2, calls.mask[1]);
        assertTrue(outcome.text().endsWith("to core 1,65: applied"), outcome::text);
    }

    @Test
    void shouldSayTheRemedyWhenNotPermitted() {
        calls.answer = -1;
        assertRefused(tuning.lockMemory(), "LimitMEMLOCK");
        assertRefused(tuning.realTimeThread(10), "LimitRTPRIO=10");
        assertRefused(tuning.timerSlack(1), "seccomp");
        assertRefused(tuning.turns(100_000), "sched_setattr");
        assertRefused(tuning.pinThread(0), "cpuset");
    }

    @Test
    void shouldSayWhichKernelHasTurns() {
        calls.answer = -95;
        assertAnswer(tuning.turns(100_000), "not known to this kernel; Linux 6.12");
    }

    @Test
    void shouldSaySoWhenTheSystemIsAnother() {
        SystemTuning other = new SystemTuning(null);
        assertEquals(0, other.cores().length);
        for (Outcome outcome : new Outcome[] {
            other.lockMemory(), other.realTimeThread(1), other.timerSlack(1), other.turns(100_000), other.pinThread(0)
        }) {
            assertFalse(outcome.applied());
            assertTrue(outcome.text().contains("64-bit Linux"), outcome::text);
        }
    }

    @Test
    void shouldSayWhetherThereAreHugePagesAndWhatToDo(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("enabled");
        assertAnswer(new SystemTuning(calls, file, true, file).hugePages(), "does not offer");
        Files.writeString(file, "always madvise [never]\n");
        assertAnswer(
                new SystemTuning(calls, file, true, file).hugePages(), "not permitted; write 'madvise' to " + file);
        Files.writeString(file, "always [madvise] never\n");
        assertAnswer(new SystemTuning(calls, file, false, file).hugePages(), "FLATGAZE_JAVA_OPTS=");
        assertTrue(new SystemTuning(calls, file, true, file).hugePages().applied());
        Files.writeString(file, "[always] madvise never\n");
        assertTrue(new SystemTuning(calls, file, false, file).hugePages().applied());
    }

    @Test
    void shouldSayWhyCoresMaySleep(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("latency");
        assertAnswer(new SystemTuning(calls, file, false, file).keepAwake(), "does not offer");
        assertAnswer(new SystemTuning(null, file, false, file).keepAwake(), "64-bit Linux");
        // A folder refuses to be written, whoever asks.
        assertAnswer(new SystemTuning(calls, file, false, folder).keepAwake(), "refused: ");
        Files.createFile(file);
        SystemTuning tuning = new SystemTuning(calls, file, false, file);
        assertTrue(tuning.keepAwake().applied());
        assertTrue(tuning.keepAwake().applied(), "once is enough");
        assertArrayEquals(new byte[Integer.BYTES], Files.readAllBytes(file));
    }

    @Test
    void shouldRejectNumbersThatMakeNoSense() {
        assertThrows(IllegalArgumentException.class, tuning::pinThread);
        assertThrows(IllegalArgumentException.class, () -> tuning.pinThread(1024));
        assertThrows(IllegalArgumentException.class, () -> tuning.realTimeThread(0));
        assertThrows(IllegalArgumentException.class, () -> tuning.timerSlack(0));
        assertThrows(IllegalArgumentException.class, () -> tuning.turns(99_999));
        assertThrows(IllegalArgumentException.class, () -> tuning.turns(100_000_001));
    }

    @Test
    void shouldPinAThreadOfThisMachine() throws InterruptedException {
        SystemTuning real = SystemTuning.open();
        int[] cores = real.cores();
        assumeTrue(cores.length > 0, "64-bit Linux");
        int last = cores[cores.length - 1];
        int[][] seen = new int[1][];
        Outcome[] outcomes = new Outcome[3];
        Thread thread = Thread.ofPlatform().name("victim").start(() -> {
            outcomes[0] = real.pinThread(last);
            seen[0] = real.cores();
            outcomes[1] = real.timerSlack(1_000);
            outcomes[2] = real.turns(100_000);
        });
        thread.join();
        assertTrue(outcomes[0].applied(), outcomes[0]::text);
        assertTrue(outcomes[1].applied(), outcomes[1]::text);
        assertTrue(outcomes[2].applied() || outcomes[2].text().contains("Linux 6.12"), outcomes[2]::text);
        assertArrayEquals(new int[] {last}, seen[0]);
        assertArrayEquals(cores, real.cores(), "other threads stay as they were");
    }

    private static void assertRefused(Outcome outcome, String remedy) {
        assertFalse(outcome.applied(), outcome::text);
        assertTrue(outcome.text().contains("not permitted"), outcome::text);
        assertTrue(outcome.text().contains(remedy), outcome::text);
    }

    private static void assertAnswer(Outcome outcome, String part) {
        assertFalse(outcome.applied(), outcome::text);
        assertTrue(outcome.text().contains(part), outcome::text);
    }
}
