package org.flatgaze.tests.stress;

import org.flatgaze.flatcam.Packing;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.SensorFrame;
import org.flatgaze.runtime.loop.LatestFrameSlots;

/** Tiny frames that carry their number in the first byte and the last, so that a mixture of two is seen. */
final class NumberedFrames {

    private NumberedFrames() {}

    static LatestFrameSlots slots(int readers) {
        return new LatestFrameSlots(new SensorFormat(16, 2, 8, Packing.U8), readers);
    }

    /** Publishes a frame; {@code number} counts from 1. */
    static void write(LatestFrameSlots slots, int number) {
        SensorFrame frame = slots.back();
        byte[] data = frame.data();
        data[0] = (byte) number;
        frame.stamp(number, number, 0);
        data[data.length - 1] = (byte) number;
        slots.publish();
    }

    /** First byte x 10 + last byte of the newest frame, negative where number or sequence say something else; 0 for none. */
    static int look(LatestFrameSlots.Reader reader) {
        if (!reader.takeNewest()) {
            return 0;
        }
        SensorFrame frame = reader.front();
        byte[] data = frame.data();
        int seen = data[0] * 10 + data[data.length - 1];
        return frame.sequence() == data[0] && reader.number() == data[0] ? seen : -seen;
    }
}
