package org.flatgaze.tests.stress;

import org.flatgaze.flatcam.Packing;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.SensorFrame;
import org.flatgaze.runtime.loop.LatestFrameSlots;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * Two frames are published while two readers look once each. Result: what each look gave (0 nothing; first byte x 10 + last
 * byte, negative where number or sequence say something else), then frames taken + frames replaced + frames left.
 */
@JCStressTest
@Outcome(id = "0, 0, 2", expect = Expect.ACCEPTABLE, desc = "Both looked too early.")
@Outcome(
        id = {"0, 11, 2", "11, 0, 2", "0, 22, 2", "22, 0, 2"},
        expect = Expect.ACCEPTABLE,
        desc = "One of them got a frame.")
@Outcome(
        id = {"11, 22, 2", "22, 11, 2"},
        expect = Expect.ACCEPTABLE,
        desc = "Each got a frame of its own.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A torn, shared or uncounted frame.")
@State
public class LatestFrameSlotsReadersStress {

    private final LatestFrameSlots slots = new LatestFrameSlots(new SensorFormat(16, 2, 8, Packing.U8), 2);

    @Actor
    public void writer() {
        write(1);
        write(2);
    }

    private void write(int number) {
        SensorFrame frame = slots.back();
        byte[] data = frame.data();
        data[0] = (byte) number;
        frame.stamp(number, number, 0);
        data[data.length - 1] = (byte) number;
        slots.publish();
    }

    @Actor
    public void first(III_Result r) {
        r.r1 = look(slots.reader(0));
    }

    @Actor
    public void second(III_Result r) {
        r.r2 = look(slots.reader(1));
    }

    private static int look(LatestFrameSlots.Reader reader) {
        if (!reader.takeNewest()) {
            return 0;
        }
        SensorFrame frame = reader.front();
        byte[] data = frame.data();
        int seen = data[0] * 10 + data[data.length - 1];
        return frame.sequence() == data[0] && reader.number() == data[0] ? seen : -seen;
    }

    @Arbiter
    public void account(III_Result r) {
        int taken = (r.r1 == 0 ? 0 : 1) + (r.r2 == 0 ? 0 : 1);
        r.r3 = taken + (int) slots.overwritten() + (slots.hasFresh() ? 1 : 0);
    }
}
