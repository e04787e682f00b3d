-- fails: AC001; rights taken away
revoke update on guests from corpus_app;
