"""Stories that are about what WhatsApp has not: they are told on the other platforms only.

There nothing is changed or taken back on anybody's screen, a number is known and never asked for by a button, a file
has no name and comes after its words, and a room's tablet does not join. What is sent one by one is one note after a
minute, so that stories of photos that tell the time to the minute are told there by themselves (`test_by_whatsapp`).
"""

from __future__ import annotations

MODULES = frozenset({"test_tablet", "test_pictures", "test_whose_picture", "test_recordings", "test_moved_pictures"})
STORIES = frozenset(
    {
        "test_a_childminder_asks_for_a_nursery_and_the_parent_lets_it_in",
        "test_a_manager_adds_a_child_and_hands_the_link_on_herself",
        "test_a_nursery_asks_for_a_childminder_and_a_parent_lets_her_in",
        "test_about_the_lead_it_goes_to_the_other_one_and_leaves_the_first_ones_screen",
        "test_by_text_a_number_confirms_it",
        "test_change_keeps_a_note_to_the_nursery",
        "test_change_one_asks_whose_line_and_leaves_the_others",
        "test_dialogue_14_adding_the_childminder_and_the_one_sharing_question",
        "test_dialogue_15_changing_it_in_words",
        "test_dialogue_22_the_parent_who_never_joins",
        "test_dialogue_23_the_setting_that_will_not_join",
        "test_dialogue_36_the_list_and_a_bad_number",
        "test_dialogue_39_a_health_visitor_for_one_child_for_a_while",
        "test_dialogue_44_nan_who_has_leo_on_thursdays",
        "test_dialogue_7_eight_children_in_one_go",
        "test_each_place_apart_with_buttons",
        "test_family_of_one_parent_is_not_the_other_parents_to_read_or_to_send_away",
        "test_group_by_group_with_buttons",
        "test_more_is_opened_by_the_parent_she_came_through_and_closed_by_either",
        "test_moved_after_it_was_told_it_is_taken_back_there_and_the_manager_knows",
        "test_nobody_but_her_manager_says_that_a_colleague_is_off",
        "test_one_place_is_opened_by_itself_by_the_parent_she_came_through",
        "test_slips_are_made_again_by_room_and_the_old_ones_end",
        "test_somebody_on_the_roll_gets_a_new_link_and_another_number_is_asked_about",
        "test_the_same_file_again_changes_nothing",
        "test_undo_in_time_tells_nobody",
        "test_undo_of_one_note_leaves_the_other_of_the_same_message_standing",
        "test_undo_said_of_an_older_line_takes_back_what_that_line_speaks_of",
        "test_undo_too_late_takes_back_what_had_gone_out_and_says_who_may_have_read_it",
        "test_what_is_printed_for_one_parent_says_nothing_of_the_others_notes",
        "test_what_is_stopped_for_everybody_is_stopped_for_her_too",
        "test_what_is_to_be_brought_is_confirmed_by_whoever_it_is_for",
        "test_what_she_sees_is_shown_and_less_of_it_counts_at_once",
        "test_what_the_nursery_asks_for_is_confirmed_by_the_family",
        "test_what_was_told_already_is_corrected_and_another_nap_is_a_note_of_its_own",
        "test_where_the_setting_asks_both_nothing_travels_before_both_have_answered",
        "test_who_is_not_her_is_not_let_in",
        "test_whoever_is_with_a_child_no_longer_moves_no_note_of_it_and_files_none_by_trying",
    }
)


def needs_more_than_whatsapp(module: str, story: str) -> bool:
    """Whether this story of this module cannot be told there."""
    return story in STORIES or module.rpartition(".")[2] in MODULES
