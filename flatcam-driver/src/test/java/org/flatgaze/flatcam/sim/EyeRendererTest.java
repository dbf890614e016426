package org.flatgaze.flatcam.sim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EyeRendererTest {

    private static final int PIXELS = EyeScene.SIZE * EyeScene.SIZE;

    private final EyeRenderer renderer = new EyeRenderer();
    private final EyeScene scene = new EyeScene();
    private final EyeState state = new EyeState();

    @Test
    void shouldDrawTheSamePictureWhenSeedsAreTheSame() {
        look(3, -4, 3.5, 0.9);
        renderer.render(Person.ofSeed(7), Session.of(Person.ofSeed(7), 2), state, scene);
        EyeScene again = new EyeScene();
        EyeRenderer other = new EyeRenderer();
        // A renderer that has drawn something else before must not remember it.
        other.render(Person.ofSeed(8), Session.of(Person.ofSeed(8), 1), new EyeState(), again);
        other.render(Person.ofSeed(7), Session.of(Person.ofSeed(7), 2), state, again);
        assertArrayEquals(scene.radiance, again.radiance);
        assertArrayEquals(scene.depthMm, again.depthMm);
        assertArrayEquals(scene.labels, again.labels);
        assertEquals(scene.pupilX, again.pupilX);
        assertEquals(scene.pupilVisible, again.pupilVisible);
    }

    @Test
    void shouldDrawAnotherEyeWhenThePersonDiffers() {
        look(0, 0, 4, 1);
        Person first = Person.ofSeed(1);
        renderer.render(first, Session.of(first, 1, 0, 0), state, scene);
        float[] kept = scene.radiance.clone();
        for (int seed = 2; seed < 8; seed++) {
            Person person = Person.ofSeed(seed);
            renderer.render(person, Session.of(person, 1, 0, 0), state, scene);
            double difference = 0;
            for (int i = 0; i < PIXELS; i++) {
                difference += Math.abs(kept[i] - scene.radiance[i]);
            }
            assertTrue(difference / PIXELS > 0.02, "seed=" + seed + " mean difference=" + difference / PIXELS);
        }
    }

    @Test
    void shouldKeepLightAndDepthInRangeWhenEyesAreRandom() {
        SplittableRandom random = new SplittableRandom(11);
        for (int seed = 0; seed < 60; seed++) {
            renderRandom(seed, random);
            double light = 0;
            for (int i = 0; i < PIXELS; i++) {
                assertTrue(scene.radiance[i] >= 0 && scene.radiance[i] < 40, "radiance=" + scene.radiance[i]);
                assertTrue(scene.depthMm[i] > 22 && scene.depthMm[i] < 55, "depthMm=" + scene.depthMm[i]);
                light += scene.radiance[i];
            }
            assertTrue(light / PIXELS > 0.1 && light / PIXELS < 0.9, "seed=" + seed + " mean=" + light / PIXELS);
        }
    }

    @Test
    void shouldFitTheVisiblePupilWhenTheEllipseIsDrawnOverIt() {
        SplittableRandom random = new SplittableRandom(12);
        int compared = 0;
        for (int seed = 0; seed < 60; seed++) {
            renderRandom(seed, random);
            int common = 0;
            int either = 0;
            int pupil = 0;
            for (int i = 0; i < PIXELS; i++) {
                boolean labelled = scene.labels[i] == EyeScene.PUPIL;
                boolean inside = scene.labels[i] != EyeScene.BACKGROUND && insideEllipse(i, 1);
                common += labelled && inside ? 1 : 0;
                either += labelled || inside ? 1 : 0;
                pupil += labelled ? 1 : 0;
                assertTrue(!labelled || insideEllipse(i, 1.1), "seed=" + seed + " pupil pixel far outside the ellipse");
            }
            if (pupil > 60) {
                assertTrue(common >= 0.95 * either, "seed=" + seed + " iou=" + common / (double) either);
                compared++;
            }
        }
        assertTrue(compared > 45, "compared=" + compared);
    }

    @Test
    void shouldBoxTheVisibleIrisWhenItIsInView() {
        look(5, 5, 4, 1);
        Person person = Person.ofSeed(4);
        renderer.render(person, Session.of(person, 1), state, scene);
        int left = EyeScene.SIZE;
        int right = -1;
        int top = EyeScene.SIZE;
        int bottom = -1;
        for (int i = 0; i < PIXELS; i++) {
            if (scene.labels[i] >= EyeScene.IRIS) {
                left = Math.min(left, i % EyeScene.SIZE);
                right = Math.max(right, i % EyeScene.SIZE);
                top = Math.min(top, i / EyeScene.SIZE);
                bottom = Math.max(bottom, i / EyeScene.SIZE);
            }
        }
        assertEquals(left, scene.irisLeft);
        assertEquals(right, scene.irisRight);
        assertEquals(top, scene.irisTop);
        assertEquals(bottom, scene.irisBottom);
        assertTrue(
                right - left > 50 && bottom - top > 35,
                "iris box " + left + ".." + right + " x " + top + ".." + bottom);
    }

    @Test
    void shouldHideTheEyeWhenItIsClosed() {
        SplittableRandom random = new SplittableRandom(13);
        for (int seed = 0; seed < 20; seed++) {
            Person person = Person.ofSeed(seed);
            EyeMotion.random(person, random, state);
            state.openness = 0;
            renderer.render(person, Session.of(person, seed), state, scene);
            for (int i = 0; i < PIXELS; i++) {
                assertEquals(EyeScene.BACKGROUND, scene.labels[i], "seed=" + seed + " pixel=" + i);
            }
            assertEquals(0, scene.pupilVisible, "seed=" + seed);
            assertTrue(scene.irisRight < scene.irisLeft, "the iris box must be empty");
            assertTrue(scene.pupilMajor > 0, "the outline is complete even behind the lid");
        }
    }

    @Test
    void shouldShowLessOfTheEyeWhenItCloses() {
        Person person = Person.ofSeed(5);
        Session session = Session.of(person, 1);
        int before = Integer.MAX_VALUE;
        for (int step = 0; step <= 10; step++) {
            look(0, 0, 4, 1 - step / 10.0);
            renderer.render(person, session, state, scene);
            int open = 0;
            for (byte label : scene.labels) {
                open += label == EyeScene.BACKGROUND ? 0 : 1;
            }
            assertTrue(open < before, "openness=" + state.openness + " pixels=" + open + " before=" + before);
            before = open;
        }
    }

    @Test
    void shouldSeeMostOfThePupilWhenTheEyeIsWideOpen() {
        double sum = 0;
        for (int seed = 0; seed < 40; seed++) {
            Person person = Person.ofSeed(seed);
            look(0, 0, 3, 1);
            renderer.render(person, Session.of(person, 1), state, scene);
            assertTrue(scene.pupilVisible >= 0 && scene.pupilVisible <= 1);
            sum += scene.pupilVisible;
        }
        assertTrue(sum / 40 > 0.95, "mean visible share=" + sum / 40);
    }

    @Test
    void shouldPutLampsIntoTheCorneaWhenTheEyeLooksAtTheCamera() {
        Person person = Person.ofSeed(6);
        look(-person.eyeball().kappaHorizontalDeg(), -10, 4, 1);
        renderer.render(person, Session.of(person, 1, 0, 0), state, scene);
        int bright = 0;
        for (int i = 0; i < PIXELS; i++) {
            if (scene.radiance[i] > 1.8f) {
                assertTrue(scene.labels[i] >= EyeScene.IRIS, "highlight off the cornea at pixel " + i);
                bright++;
            }
        }
        assertTrue(bright >= EyeGeometry.LED_COUNT, "bright pixels=" + bright);
    }

    @Test
    void shouldAllocateNothingWhenThePersonIsKnown() {
        Person person = Person.ofSeed(9);
        Session session = Session.of(person, 1);
        EyeMotion motion = new EyeMotion(person, 1, 240);
        for (int i = 0; i < 20; i++) {
            motion.next(state);
            renderer.render(person, session, state, scene);
        }
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        // The first reading allocates; the least of several runs excludes what the JVM itself does meanwhile.
        threads.getCurrentThreadAllocatedBytes();
        long least = Long.MAX_VALUE;
        for (int run = 0; run < 5; run++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 5; i++) {
                motion.next(state);
                renderer.render(person, session, state, scene);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertEquals(0, least);
    }

    private void renderRandom(int seed, SplittableRandom random) {
        Person person = Person.ofSeed(seed);
        EyeMotion.random(person, random, state);
        renderer.render(person, Session.of(person, seed), state, scene);
    }

    private void look(double yawDeg, double pitchDeg, double pupilMm, double openness) {
        state.yawDeg = yawDeg;
        state.pitchDeg = pitchDeg;
        state.pupilDiameterMm = pupilMm;
        state.openness = openness;
    }

    private boolean insideEllipse(int pixel, double scale) {
        int row = pixel / EyeScene.SIZE;
        double dx = pixel - row * EyeScene.SIZE - scene.pupilX;
        double dy = row - scene.pupilY;
        double c = Math.cos(Math.toRadians(scene.pupilAngleDeg));
        double s = Math.sin(Math.toRadians(scene.pupilAngleDeg));
        // One pixel of play: labels are decided at pixel centres.
        double along = (dx * c + dy * s) / (scene.pupilMajor * scale + (scale > 1 ? 1 : 0));
        double across = (dy * c - dx * s) / (scene.pupilMinor * scale + (scale > 1 ? 1 : 0));
        return along * along + across * across <= 1;
    }
}
