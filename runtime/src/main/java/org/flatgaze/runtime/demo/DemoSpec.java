package org.flatgaze.runtime.demo;

import java.util.Locale;
import org.flatgaze.runtime.dataset.DatasetFormat;

/**
 * Which frames the demo shows; two equal specs give equal frames.
 *
 * <p>Frames of a person follow each other at {@link #FRAME_RATE}; people follow each other in order. The people are from
 * the range of the test split, which no network was trained on.
 *
 * @param frames number of frames, at least 1
 * @param people number of people, 1..frames, at most 10,000
 * @param seed seed of who they are, how they move, and of the noise
 */
public record DemoSpec(int frames, int people, long seed) {

    /** Frames per second of the simulated movement. */
    public static final int FRAME_RATE = 240;

    /** Raised whenever the same spec gives other frames, so that old caches are not taken for new ones. */
    static final int SIMULATOR_VERSION = 1;

    private static final int PEOPLE_MOST = 10_000;
    private static final int SEEDS = 1_000_000 - PEOPLE_MOST;

    public DemoSpec {
        if (frames < 1 || frames > 1_000_000) {
            throw new IllegalArgumentException("frames=" + frames + ": expected 1..1000000");
        }
        if (people < 1 || people > Math.min(frames, PEOPLE_MOST)) {
            throw new IllegalArgumentException("people=" + people + ": expected 1.." + Math.min(frames, PEOPLE_MOST)
                    + " (a person needs at least one frame)");
        }
    }

    /** People for so many frames unless said otherwise: one per 250 frames, at least 8. */
    public static int defaultPeople(int frames) {
        return Math.min(Math.min(frames, PEOPLE_MOST), Math.max(8, frames / 250));
    }

    /** Which person, 0..people-1, frame {@code index} shows. */
    public int personOf(int index) {
        return (int) ((long) index * people / frames);
    }

    /** The first frame of a person. */
    public int firstFrameOf(int person) {
        return (int) (((long) person * frames + people - 1) / people);
    }

    /** Frames of a person. */
    public int framesOf(int person) {
        return (person + 1 == people ? frames : firstFrameOf(person + 1)) - firstFrameOf(person);
    }

    /** Simulator seed of a person, within the test range. */
    public int personSeed(int person) {
        long offset = Math.floorMod(mix(seed, 0), (long) SEEDS);
        return (int) (DatasetFormat.Split.TEST.firstPerson() + offset + person);
    }

    /** Seed of something else of this demo, told apart by {@code purpose} and {@code number}. */
    public long derivedSeed(int purpose, int number) {
        return mix(mix(seed, purpose), number + 1L);
    }

    /** Identifies the frames, for the cache. */
    public long hash() {
        return mix(mix(mix(mix(SIMULATOR_VERSION, seed), frames), people), FRAME_RATE);
    }

    /** Name of the cache file. */
    public String fileName() {
        return String.format(Locale.ROOT, "demo-v%d-%d-%d-%d.frames", SIMULATOR_VERSION, frames, people, seed);
    }

    /** One round of the SplitMix64 finaliser: neighbouring inputs give unrelated seeds. */
    private static long mix(long a, long b) {
        long z = a * 0x9E3779B97F4A7C15L + b * 0xBF58476D1CE4E5B9L + 0x94D049BB133111EBL;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
