package org.flatgaze.calibration.camera;

import java.io.IOException;
import java.util.function.LongSupplier;
import org.flatgaze.flatcam.FrameSource;
import org.flatgaze.flatcam.RawPacking;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.SensorFrame;

/**
 * Captures taken now: a pattern is put on the screen, frames that may still show the one before are dropped, the next ones are
 * this pattern's. The camera starts with the first capture, so that a run that finds all of them stored needs none.
 */
public final class LiveCaptures implements CaptureSource, AutoCloseable {

    /** A camera that is silent for so long will not come back by itself. */
    private static final long SILENCE_NANOS = 5_000_000_000L;

    private final FrameSource camera;
    private final PatternScreen screen;
    private final long settleNanos;
    private final int frames;
    private final LongSupplier clock;
    private final SensorFrame frame;
    private boolean started;
    private long notBefore;
    private int nextPosition;

    private LiveCaptures(FrameSource camera, PatternScreen screen, long settleNanos, int frames, LongSupplier clock) {
        if (frames < 1 || frames > 100) {
            throw new IllegalArgumentException("frames=" + frames + ": expected 1..100");
        }
        if (settleNanos < 0 || settleNanos > 10_000_000_000L) {
            throw new IllegalArgumentException("settle=" + settleNanos / 1_000_000 + ": expected 0..10000 ms");
        }
        this.camera = camera;
        this.screen = screen;
        this.settleNanos = settleNanos;
        this.frames = frames;
        this.clock = clock;
        this.frame = new SensorFrame(camera.format());
    }

    /**
     * A camera in front of a screen.
     *
     * @param settleNanos from a pattern's standing on the screen to the first frame that counts: the screen's own delay and an
     *     exposure
     * @param frames frames averaged per pattern, 1..100
     */
    public static LiveCaptures of(FrameSource camera, PatternScreen screen, long settleNanos, int frames) {
        return of(camera, screen, settleNanos, frames, System::nanoTime);
    }

    static LiveCaptures of(FrameSource camera, PatternScreen screen, long settleNanos, int frames, LongSupplier clock) {
        return new LiveCaptures(camera, screen, settleNanos, frames, clock);
    }

    /** A recording that holds {@code frames} frames of every pattern of the plan, in order, and nothing else. */
    public static LiveCaptures inOrder(FrameSource recording, int frames) {
        return new LiveCaptures(recording, null, 0, frames, System::nanoTime);
    }

    @Override
    public SensorFormat sensor() {
        return camera.format();
    }

    @Override
    public int frames() {
        return frames;
    }

    @Override
    public void read(Shot shot, int position, int number, short[] counts) throws IOException {
        if (!started) {
            camera.start();
            started = true;
        }
        if (screen == null) {
            // What is stored already lies in the recording too.
            for (; number == 0 && nextPosition < position; nextPosition++) {
                for (int i = 0; i < frames; i++) {
                    next(shot, position);
                }
            }
            next(shot, position);
            nextPosition += number == frames - 1 ? 1 : 0;
        } else {
            if (number == 0) {
                notBefore = screen.show(shot, position) + settleNanos;
            }
            do {
                next(shot, position);
            } while (frame.captureNanos() - notBefore < 0);
        }
        RawPacking.unpack(frame, counts);
    }

    private void next(Shot shot, int position) throws IOException {
        long begun = clock.getAsLong();
        while (true) {
            switch (camera.read(frame)) {
                case FRAME -> {
                    return;
                }
                case END -> throw gone(shot, position, "it has no more frames");
                case TIMEOUT -> {
                    if (clock.getAsLong() - begun > SILENCE_NANOS) {
                        throw gone(shot, position, "no frame came for 5 s");
                    }
                }
            }
        }
    }

    private IOException gone(Shot shot, int position, String what) {
        return new IOException(camera.description() + ": " + what + " at capture " + shot.name(position)
                + "; what was taken is kept: see to the source and run the same command");
    }

    /** Not for several threads: there is one camera. */
    @Override
    public LiveCaptures newInstance() {
        throw new UnsupportedOperationException("captures are taken one after the other");
    }

    @Override
    public void close() {
        camera.close();
    }
}
