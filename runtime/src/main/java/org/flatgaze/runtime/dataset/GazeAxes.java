package org.flatgaze.runtime.dataset;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How the axes of somebody else's directions become ours (right-handed, +X right, +Y up, -Z forward, as in OpenXR).
 *
 * @param axes which of their axes (0, 1, 2) each of ours is
 * @param signs 1 or -1, by our axes
 */
public record GazeAxes(List<Integer> axes, List<Integer> signs) {

    /**
     * OpenEDS 2020: x to the wearer's right, y up, z ahead. This is an <em>assumption</em>: the publication does not give the
     * axes' directions in words we could verify, and no file of the data is at hand. Whoever has the data is told by
     * {@link GazeAgreement}, which every run ends with.
     */
    public static final GazeAxes OPENEDS_2020 = parse("x,y,-z");

    private static final String LETTERS = "xyz";

    public GazeAxes {
        axes = List.copyOf(axes);
        signs = List.copyOf(signs);
        if (axes.size() != 3
                || signs.size() != 3
                || !axes.stream().sorted().toList().equals(List.of(0, 1, 2))) {
            throw new IllegalArgumentException("axes=" + axes + " signs=" + signs + ": expected 0, 1, 2 in some order");
        }
    }

    /**
     * Reads axes written as {@code x,y,-z}: our right is their x, our up their y, our backward their z turned round.
     *
     * @throws IllegalArgumentException if the text is no such thing; one line
     */
    public static GazeAxes parse(String text) {
        List<Integer> axes = new ArrayList<>();
        List<Integer> signs = new ArrayList<>();
        for (String part : text.strip().toLowerCase(Locale.ROOT).split(",", -1)) {
            String letter = part.strip().replaceFirst("^[+-]", "");
            axes.add(letter.length() == 1 ? LETTERS.indexOf(letter) : -1);
            signs.add(part.strip().startsWith("-") ? -1 : 1);
        }
        if (!axes.stream().sorted().toList().equals(List.of(0, 1, 2))) {
            throw new IllegalArgumentException("axes=" + text
                    + ": expected x, y and z in some order, each with or without a sign, such as x,y,-z");
        }
        return new GazeAxes(axes, signs);
    }

    /** The same with our x and y turned round where the factor is -1. */
    GazeAxes turned(int x, int y) {
        return new GazeAxes(axes, List.of(x * signs.get(0), y * signs.get(1), signs.get(2)));
    }

    /** Turns one of their directions into one of ours. */
    float[] ours(double[] theirs) {
        float[] ours = new float[3];
        for (int i = 0; i < 3; i++) {
            ours[i] = (float) (signs.get(i) * theirs[axes.get(i)]);
        }
        return ours;
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < axes.size(); i++) {
            text.append(i == 0 ? "" : ",").append(signs.get(i) < 0 ? "-" : "").append(LETTERS.charAt(axes.get(i)));
        }
        return text.toString();
    }
}
