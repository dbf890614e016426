package org.flatgaze.flatcam.sim;

import org.flatgaze.flatcam.SensorFormat;

/**
 * What the simulator shows.
 *
 * @param firstPersonSeed seed of the first person; the next ones follow by adding 1
 * @param people how many different people take turns, at least 1
 * @param framesPerPerson frames before the next person takes over; each turn is another session with another slip
 * @param motionFramesPerSecond how fast the eye moves between frames
 * @param deliveredFramesPerSecond rate of delivery, 0 for as fast as asked
 * @param frames how many in all, 0 for no end
 * @param exposureGain 1 brings the brightest sample of every frame to the white level
 * @param noiseSeed seed of sensor noise, slips and movements
 * @param format packing of the frames; size and bit depth must be those of the simulated sensor
 */
public record SimulatorOptions(
        long firstPersonSeed,
        int people,
        int framesPerPerson,
        double motionFramesPerSecond,
        double deliveredFramesPerSecond,
        long frames,
        double exposureGain,
        long noiseSeed,
        SensorFormat format) {

    public SimulatorOptions {
        if (people < 1) {
            throw new IllegalArgumentException("people=" + people + ": expected at least 1");
        }
        if (framesPerPerson < 1) {
            throw new IllegalArgumentException("framesPerPerson=" + framesPerPerson + ": expected at least 1");
        }
        if (!(motionFramesPerSecond > 0)) {
            throw new IllegalArgumentException(
                    "motionFramesPerSecond=" + motionFramesPerSecond + ": expected more than 0");
        }
        if (!(deliveredFramesPerSecond >= 0)) {
            throw new IllegalArgumentException(
                    "deliveredFramesPerSecond=" + deliveredFramesPerSecond + ": expected 0 or more");
        }
        if (frames < 0) {
            throw new IllegalArgumentException("frames=" + frames + ": expected 0 or more");
        }
        if (!(exposureGain > 0)) {
            throw new IllegalArgumentException("exposureGain=" + exposureGain + ": expected more than 0");
        }
    }

    /** The reference device looking at {@code people} people for 10 s each, without an end, as fast as asked. */
    public static SimulatorOptions of(long firstPersonSeed, int people) {
        return new SimulatorOptions(firstPersonSeed, people, 2400, 240, 0, 0, 1, 1, SensorFormat.REFERENCE);
    }
}
