package org.flatgaze.runtime.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.flatgaze.accel.Execution;
import org.junit.jupiter.api.Test;

class BackgroundProgramTest {

    private static final long PERIOD = 1000;

    private long now;

    /** A model whose parts take these times. */
    private final class Parts implements Execution {
        private final long[] nanos;
        private final boolean preemptible;
        private int next;

        Parts(boolean preemptible, long... nanos) {
            this.preemptible = preemptible;
            this.nanos = nanos;
        }

        @Override
        public ByteBuffer input(int index) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ByteBuffer output(int index) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void run() {
            throw new UnsupportedOperationException("a background model is never run in one go");
        }

        @Override
        public StepResult step(long budgetNanos) {
            assertEquals(0, budgetNanos, "one part at a time");
            now += nanos[next];
            next = (next + 1) % nanos.length;
            return next == 0 ? StepResult.DONE : StepResult.YIELDED;
        }

        @Override
        public boolean isPreemptible() {
            return preemptible;
        }

        @Override
        public void close() {}
    }

    @Test
    void shouldNeverReachIntoNextFrameWhenPartsAreKnown() {
        BackgroundProgram program = new BackgroundProgram(new Parts(true, 90, 200, 40, 160), () -> now, 50);
        int late = 0;
        for (int frame = 0; frame < 200; frame++) {
            now = frame * PERIOD + 600; // the frame's own work
            program.runUntil((frame + 1) * PERIOD);
            late += now > (frame + 1) * PERIOD - 50 ? 1 : 0;
        }
        assertEquals(0, late);
        assertTrue(program.runs() > 60, "runs=" + program.runs());
        assertEquals(program.parts() / 4, program.runs());
    }

    @Test
    void shouldSayWhenOutputIsCompleteAndStartAnew() {
        BackgroundProgram program = new BackgroundProgram(new Parts(true, 10, 10), () -> now, 0);
        assertTrue(program.runUntil(PERIOD));
        assertEquals(1, program.runs());
        assertEquals(10, program.longestPartNanos());
        assertTrue(program.runUntil(PERIOD));
        now = PERIOD;
        assertFalse(program.runUntil(PERIOD), "no time left");
        assertEquals(2, program.runs());
        assertEquals(0, program.refusals(), "it was the frame that took the time");
    }

    @Test
    void shouldRecoverWhenOnePartWasHeldUpForLongerThanAFrameLeaves() {
        Parts parts = new Parts(true, 100, 100);
        BackgroundProgram program = new BackgroundProgram(parts, () -> now, 0);
        parts.nanos[0] = 5 * PERIOD;
        program.runUntil(PERIOD);
        parts.nanos[0] = 100;
        long before = program.parts();
        for (int frame = 10; frame < 100; frame++) {
            now = frame * PERIOD + 500;
            program.runUntil((frame + 1) * PERIOD);
        }
        assertTrue(program.refusals() > 10, "refusals=" + program.refusals());
        assertTrue(program.parts() > before + 20, "parts=" + program.parts());
    }

    @Test
    void shouldRefuseModelThatCannotYield() {
        Parts whole = new Parts(false, 1);
        assertTrue(assertThrows(IllegalArgumentException.class, () -> new BackgroundProgram(whole, () -> now, 0))
                .getMessage()
                .contains("compile it for cpu"));
        assertThrows(IllegalArgumentException.class, () -> new BackgroundProgram(new Parts(true, 1), () -> now, -1));
    }
}
