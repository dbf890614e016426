package org.flatgaze.flatcam.sim;

import java.util.SplittableRandom;

/**
 * What headsets meet and a clean rendering leaves out: spectacles (reflections, haze, a rim that hides part of the eye), pupils
 * lit from behind, irises as dark as the pupil, blur of motion and focus. Labels stay exact: what a rim covers is background.
 *
 * <p>Drawn per wearing, changed a little from frame to frame. Mutable, reused, one thread.
 */
public final class Disturbances {

    private static final int SIZE = EyeScene.SIZE;

    /** Coefficients per reflection: column, row, half axis right, half axis down, strength. */
    private static final int PER_REFLECTION = 5;

    private static final int MOST_REFLECTIONS = 3;
    private static final int WIDEST_BLUR = 5;

    private final float[] scratch = new float[SIZE * SIZE];
    private final double[] reflections = new double[MOST_REFLECTIONS * PER_REFLECTION];
    private int reflectionCount;
    private double haze;
    private double rimRadius;
    private double rimColumn;
    private double rimRow;
    private double rimWidth;
    private double rimAlbedo;
    private double pupilLight;
    private double irisShare;

    /** Draws those of one wearing; the same seed gives the same. */
    public void begin(long seed) {
        Draws draws = new Draws(seed);
        reflectionCount = 0;
        haze = 0;
        rimWidth = 0;
        if (draws.chance(0.35)) {
            spectacles(draws);
        }
        pupilLight = draws.chance(0.2) ? draws.uniform(0.04, 0.4) : 0;
        irisShare = draws.chance(0.25) ? draws.uniform(0.4, 0.8) : 1;
    }

    private void spectacles(Draws draws) {
        haze = draws.uniform(0, 0.06);
        reflectionCount = draws.below(MOST_REFLECTIONS + 1);
        for (int i = 0; i < reflectionCount; i++) {
            int at = i * PER_REFLECTION;
            reflections[at] = draws.uniform(20, SIZE - 20.0);
            reflections[at + 1] = draws.uniform(20, SIZE - 20.0);
            reflections[at + 2] = draws.uniform(2, 14);
            reflections[at + 3] = draws.uniform(2, 9);
            reflections[at + 4] = draws.uniform(0.2, 3);
        }
        if (draws.chance(0.3)) {
            rimWidth = draws.uniform(6, 18);
            rimRadius = draws.uniform(110, 240);
            rimAlbedo = draws.uniform(0.03, 0.35);
            // The rim passes above, below or beside the eye, seldom across it.
            double away = draws.uniform(15, 120);
            double direction = Math.toRadians(draws.uniform(0, 360));
            rimColumn = EyeGeometry.PRINCIPAL_POINT + (away - rimRadius) * StrictMath.cos(direction);
            rimRow = EyeGeometry.PRINCIPAL_POINT + (away - rimRadius) * StrictMath.sin(direction);
        }
    }

    /** Changes a rendered scene and its labels; {@code random} is this frame's. */
    public void apply(EyeScene scene, SplittableRandom random) {
        relight(scene);
        if (rimWidth > 0) {
            coverWithRim(scene);
        }
        double driftColumn = 3 * Draws.standardNormal(random);
        double driftRow = 3 * Draws.standardNormal(random);
        for (int i = 0; i < reflectionCount; i++) {
            reflect(scene, i * PER_REFLECTION, driftColumn, driftRow);
        }
        if (random.nextDouble() < 0.2) {
            int columns = 1 + random.nextInt(WIDEST_BLUR);
            int rows = 1 + random.nextInt(WIDEST_BLUR);
            blur(scene.radiance, columns, rows);
        }
    }

    private void relight(EyeScene scene) {
        for (int i = 0; i < SIZE * SIZE; i++) {
            byte label = scene.labels[i];
            double value = scene.radiance[i];
            // Glints lie on top of pupil and iris and stay as they are.
            if (label == EyeScene.PUPIL && value < 0.3) {
                value += pupilLight;
            } else if (label == EyeScene.IRIS && value < 0.6) {
                value *= irisShare;
            }
            scene.radiance[i] = (float) (value + haze);
        }
    }

    private void coverWithRim(EyeScene scene) {
        int pupil = 0;
        int covered = 0;
        scene.irisLeft = SIZE;
        scene.irisTop = SIZE;
        scene.irisRight = -1;
        scene.irisBottom = -1;
        for (int row = 0; row < SIZE; row++) {
            for (int column = 0; column < SIZE; column++) {
                int at = row * SIZE + column;
                double fromRim = Math.abs(Math.hypot(column - rimColumn, row - rimRow) - rimRadius);
                double share = Math.clamp(rimWidth / 2 - fromRim + 0.5, 0, 1);
                boolean wasPupil = scene.labels[at] == EyeScene.PUPIL;
                if (wasPupil) {
                    pupil++;
                }
                if (share > 0) {
                    scene.radiance[at] += (float) (share * (rimAlbedo - scene.radiance[at]));
                }
                if (share > 0.5) {
                    covered += wasPupil ? 1 : 0;
                    scene.labels[at] = EyeScene.BACKGROUND;
                } else if (scene.labels[at] >= EyeScene.IRIS) {
                    EyeRenderer.growBox(row, column, scene);
                }
            }
        }
        if (pupil > 0) {
            scene.pupilVisible *= 1 - covered / (double) pupil;
        }
    }

    /** A lamp's mirror image on the glass: bright, with a soft edge, in front of everything. */
    private void reflect(EyeScene scene, int at, double driftColumn, double driftRow) {
        double column = reflections[at] + driftColumn;
        double row = reflections[at + 1] + driftRow;
        double right = reflections[at + 2];
        double down = reflections[at + 3];
        int top = (int) Math.max(0, row - 2 * down);
        int bottom = (int) Math.min(SIZE - 1, row + 2 * down);
        int left = (int) Math.max(0, column - 2 * right);
        int end = (int) Math.min(SIZE - 1, column + 2 * right);
        for (int y = top; y <= bottom; y++) {
            for (int x = left; x <= end; x++) {
                double dx = (x - column) / right;
                double dy = (y - row) / down;
                double square = dx * dx + dy * dy;
                scene.radiance[y * SIZE + x] += (float) (reflections[at + 4] * Math.exp(-square * square));
            }
        }
    }

    /** Mean over a box, which repeats the edge. */
    private void blur(float[] picture, int columns, int rows) {
        for (int row = 0; row < SIZE; row++) {
            for (int column = 0; column < SIZE; column++) {
                float sum = 0;
                for (int i = 0; i < columns; i++) {
                    sum += picture[row * SIZE + Math.clamp(column + i - columns / 2, 0, SIZE - 1)];
                }
                scratch[row * SIZE + column] = sum / columns;
            }
        }
        for (int row = 0; row < SIZE; row++) {
            for (int column = 0; column < SIZE; column++) {
                float sum = 0;
                for (int i = 0; i < rows; i++) {
                    sum += scratch[Math.clamp(row + i - rows / 2, 0, SIZE - 1) * SIZE + column];
                }
                picture[row * SIZE + column] = sum / rows;
            }
        }
    }
}
