package org.flatgaze.pipeline.roi;

import static org.flatgaze.pipeline.roi.EyeLabel.MAP;

import java.util.Arrays;

/**
 * Finds the largest connected area of a label map by flood fill over eight neighbours, with its own preallocated
 * stack.
 */
final class LabelComponents {

    private final int[] stack = new int[MAP * MAP];
    private final int[] component = new int[MAP * MAP];
    private int largest;
    private int size;

    /** Pixels of the largest area found last; 0 if there was none. */
    int size() {
        return size;
    }

    /** Whether pixel {@code index} (row * 128 + column) belongs to it. */
    boolean contains(int index) {
        return size > 0 && component[index] == largest;
    }

    /** Looks for the largest area with labels of at least {@code lowest}, inside {@code within} unless that is null. */
    void find(byte[] labels, byte lowest, LabelComponents within) {
        Arrays.fill(component, 0);
        largest = 0;
        size = 0;
        int count = 0;
        for (int seed = 0; seed < component.length; seed++) {
            if (isOpen(labels, lowest, within, seed)) {
                count++;
                int grown = grow(labels, lowest, within, seed, count);
                if (grown > size) {
                    size = grown;
                    largest = count;
                }
            }
        }
    }

    private int grow(byte[] labels, byte lowest, LabelComponents within, int seed, int name) {
        int depth = 0;
        int grown = 0;
        component[seed] = name;
        stack[depth++] = seed;
        while (depth > 0) {
            int index = stack[--depth];
            grown++;
            int x = index % MAP;
            int y = index / MAP;
            for (int ny = Math.max(0, y - 1); ny <= Math.min(MAP - 1, y + 1); ny++) {
                for (int nx = Math.max(0, x - 1); nx <= Math.min(MAP - 1, x + 1); nx++) {
                    int neighbour = ny * MAP + nx;
                    if (isOpen(labels, lowest, within, neighbour)) {
                        component[neighbour] = name;
                        stack[depth++] = neighbour;
                    }
                }
            }
        }
        return grown;
    }

    private boolean isOpen(byte[] labels, byte lowest, LabelComponents within, int index) {
        return labels[index] >= lowest && component[index] == 0 && (within == null || within.contains(index));
    }
}
