package org.flatgaze.accel.shiftadd.cost;

import java.util.ArrayList;
import java.util.List;

/**
 * The blocks of a ShiftAddNAS network: four stages, each a list of 0 attention, 1 convolution, 2 adder, 3 shift.
 *
 * @param stages block codes by stage
 */
public record HybridEncoding(List<List<Integer>> stages) {

    static final int ATTENTION = 0;
    static final int CONVOLUTION = 1;
    static final int ADDER = 2;
    static final int SHIFT = 3;

    private static final int STAGES = 4;
    private static final String FORM =
            "expected v3, v4 or four stages of block codes 0..3 such as [1,1][1,3,1,1][3,1,0][0,1]";

    public HybridEncoding {
        stages = stages.stream().map(List::copyOf).toList();
        if (stages.size() != STAGES) {
            throw new IllegalArgumentException("stages=" + stages.size() + ": " + FORM);
        }
        for (int s = 0; s < STAGES; s++) {
            List<Integer> blocks = stages.get(s);
            if (blocks.isEmpty()) {
                throw new IllegalArgumentException("stage " + (s + 1) + " is empty: " + FORM);
            }
            for (int code : blocks) {
                if (code < ATTENTION || code > SHIFT) {
                    throw new IllegalArgumentException("block=" + code + " in stage " + (s + 1) + ": " + FORM);
                }
            }
            // Its shortcut is a pooling and a normalisation only, which cannot change the number of channels.
            if (blocks.getFirst() == ADDER) {
                throw new IllegalArgumentException(
                        "stage " + (s + 1)
                                + " starts with an adder block, which has no projection in its shortcut: expected 0, 1 or 3 first");
            }
        }
    }

    /**
     * Reads a name ({@code v3}, {@code v4}: the published networks) or the stages in brackets.
     *
     * @throws IllegalArgumentException saying what is malformed and the form expected
     */
    public static HybridEncoding parse(String text) {
        String compact = text.replace(" ", "");
        return switch (compact) {
            case "v3" -> parse("[1,1][1,1,1,1][3,1,0,2,2][0,0,1,0,0]");
            case "v4" -> parse("[1,1][1,3,1,1][3,1,0,3,3][0,0,1,0,0]");
            default -> new HybridEncoding(stagesOf(compact, text));
        };
    }

    private static List<List<Integer>> stagesOf(String compact, String original) {
        List<List<Integer>> stages = new ArrayList<>();
        int at = 0;
        while (at < compact.length()) {
            int close = compact.indexOf(']', at);
            if (compact.charAt(at) != '[' || close < 0) {
                throw malformed(original, at);
            }
            List<Integer> blocks = new ArrayList<>();
            for (int i = at + 1; i < close; i += 2) {
                boolean separated = i + 1 == close || (compact.charAt(i + 1) == ',' && i + 2 < close);
                if (!Character.isDigit(compact.charAt(i)) || !separated) {
                    throw malformed(original, i);
                }
                blocks.add(Character.digit(compact.charAt(i), 10));
            }
            stages.add(blocks);
            at = close + 1;
        }
        return stages;
    }

    private static IllegalArgumentException malformed(String text, int at) {
        return new IllegalArgumentException(
                "encoding=" + text + " is malformed at character " + (at + 1) + ": " + FORM);
    }
}
